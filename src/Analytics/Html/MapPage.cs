using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForkTrace.Analytics.Html;

/// <summary>A map of recordings as an HTML page, with the style and the security policy of <see cref="HtmlReport"/>.</summary>
public static class MapPage
{
    /// <summary>Writes the page, UTF-8 without byte order mark.</summary>
    /// <param name="output">Where the page goes; left open.</param>
    /// <param name="points">The recordings.</param>
    public static void Write(Stream output, ImmutableArray<MapPoint> points)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Encoding.UTF8.GetBytes(ReportPage.AssembleMap(JsonSerializer.Serialize([.. points], MapJson.Default.MapPointArray))));
    }
}

/// <summary>A recording on a map.</summary>
/// <param name="Name">The recording.</param>
/// <param name="X">The component in which recordings differ most.</param>
/// <param name="Y">The next.</param>
/// <param name="Cluster">Its cluster, from 1 on.</param>
/// <param name="IsPick">True if it stands for its cluster.</param>
/// <param name="Oddity">How unlike the others it is, 0 to 1.</param>
public sealed record MapPoint(string Name, double X, double Y, int Cluster, bool IsPick, double Oddity);

/// <summary>As the data of reports: the default encoder spells out whatever could end the script element.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MapPoint[]))]
internal sealed partial class MapJson : JsonSerializerContext;
