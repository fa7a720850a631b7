using System.Text.Json;
using System.Text.Json.Serialization;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Analytics.Comparison;

/// <summary>
/// One side of a comparison as a text file to commit and review: JSON, one cell per line, in a stable order. The same results give the same
/// bytes.
/// </summary>
public static class BaselineFile
{
    private const int FormatVersion = 1;
    private const int LengthMax = 1 << 28;

    /// <summary>Whether a file is a baseline rather than a database: it begins with a brace.</summary>
    public static bool IsBaseline(string path)
    {
        if (FileIdentity.Of(path)?.Kind != FileKind.Regular)
            return false;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return file.CanSeek && file.ReadByte() == '{';
    }

    /// <summary>Writes a side, whole or not at all.</summary>
    public static void Write(ComparisonSide side, string path)
    {
        ArgumentNullException.ThrowIfNull(side);
        StringBuilder text = new();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{{\"forktrace_baseline\":{FormatVersion},\n");
        text.Append("\"metrics\":").Append(JsonSerializer.Serialize([.. side.Metrics], BaselineJson.Default.StringArray)).Append(",\n\"cells\":[\n");
        text.AppendJoin(",\n", side.Cells.Select(cell => CellText(cell, side.Metrics))).Append("\n]}\n");
        OutputFile.WriteText(path, file => file.Write(text));
    }

    /// <summary>Reads a side.</summary>
    /// <exception cref="ResultsDatabaseException">The file is not a baseline, or a newer ForkTrace wrote it.</exception>
    public static ComparisonSide Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(SmallFile.ReadBytes(path, LengthMax));
            JsonElement root = document.RootElement;
            int version = root.GetProperty("forktrace_baseline").GetInt32();
            if (version != FormatVersion)
                throw Refusal(path, $"it has version {version}, and this ForkTrace reads {FormatVersion}");
            ImmutableArray<string> metrics = [.. root.GetProperty("metrics").EnumerateArray().Select(name => name.GetString()!)];
            return new ComparisonSide(path, [.. root.GetProperty("cells").EnumerateArray().Select(cell => CellOf(cell, metrics))], metrics);
        }
        // A metric that is named twice, or not at all, is an ArgumentException.
        catch (Exception fault)
            when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw Refusal(path, fault.Message.ReplaceLineEndings(" "));
        }
    }

    private static ResultsDatabaseException Refusal(string path, string why) =>
        new(ResultsFault.Content, $"{path} is no baseline that can be read: {why}");

    private static string CellText(ComparedCell cell, ImmutableArray<string> metrics)
    {
        BaselineCell line = new(
            cell.Id, cell.Trace, cell.TraceDigest, cell.Policy, cell.Parameters, cell.CostModel, cell.Seed, cell.Version, cell.PolicyVersion,
            cell.EngineVersion, cell.PolicyOrigin, cell.CostFingerprint, cell.Conditions, cell.Grade, cell.Unmet, [.. metrics.Select(metric => cell.Metrics.GetValueOrDefault(metric))]);
        return JsonSerializer.Serialize(line, BaselineJson.Default.BaselineCell);
    }

    private static ComparedCell CellOf(JsonElement cell, ImmutableArray<string> metrics)
    {
        double?[] figures = [.. cell.GetProperty("figures").EnumerateArray().Select(Figure)];
        if (figures.Length != metrics.Length)
            throw new FormatException($"a cell has {figures.Length} figures, and there are {metrics.Length} metrics");
        return new ComparedCell(
            Text(cell, "cell")!,
            Text(cell, "trace")!,
            Digest(cell),
            Text(cell, "policy")!,
            Text(cell, "parameters")!,
            Text(cell, "cost_model")!,
            Text(cell, "seed")!,
            Text(cell, "version")!,
            Text(cell, "grade"),
            Text(cell, "unmet"),
            metrics.Zip(figures).ToImmutableDictionary(pair => pair.First, pair => pair.Second))
        {
            PolicyVersion = Version(cell, "policy_version"),
            EngineVersion = Version(cell, "engine_version"),
            PolicyOrigin = cell.TryGetProperty("policy_origin", out JsonElement origin) ? origin.GetString() : null,
            CostFingerprint = cell.TryGetProperty("cost_fingerprint", out JsonElement fingerprint) ? fingerprint.GetString() : null,
            Conditions = cell.TryGetProperty("conditions", out JsonElement conditions) ? ComparedConditions.WithoutDefaults(conditions.GetString()!) : "",
        };
    }

    // A baseline from before digests named their algorithm has sha256.
    private static string Digest(JsonElement cell) =>
        cell.TryGetProperty("trace_sha256", out JsonElement digits)
            ? $"sha256:{digits.GetString()}"
            : Text(cell, "trace_digest") ?? throw new FormatException("a cell has no digest of its recording");

    // A baseline from before there were versions has none.
    private static int? Version(JsonElement cell, string name) =>
        cell.TryGetProperty(name, out JsonElement version) && version.ValueKind != JsonValueKind.Null ? version.GetInt32() : null;

    private static double? Figure(JsonElement figure) => figure.ValueKind == JsonValueKind.Null ? null : figure.GetDouble();

    private static string? Text(JsonElement cell, string name) => cell.GetProperty(name).GetString();
}

/// <summary>A line of a baseline file.</summary>
internal sealed record BaselineCell(
    string Cell, string Trace, string TraceDigest, string Policy, string Parameters, string CostModel, string Seed, string Version,
    int? PolicyVersion, int? EngineVersion, string? PolicyOrigin, string? CostFingerprint,
    string Conditions, string? Grade, string? Unmet, double?[] Figures);

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BaselineCell))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class BaselineJson : JsonSerializerContext;
