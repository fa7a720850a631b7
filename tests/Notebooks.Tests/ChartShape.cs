using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// What a chart says, read from its SVG. Widths of letters depend on the machine's fonts, and with them the size of the plot area and the
/// numbers along the axes: so shapes are measured in per mille of the plot area, and numbers along the axes are left out.
/// </summary>
/// <param name="Parts">Names, then the kind and colour of every bar, line and point, in the order of drawing.</param>
/// <param name="Places">Their corners, right and down, in per mille of the plot area.</param>
internal sealed partial record ChartShape(IReadOnlyList<string> Parts, IReadOnlyList<double> Places)
{
    private const double TolerancePerMille = 1;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static ChartShape Of(string svg)
    {
        XElement root = XElement.Parse(svg);
        List<string> parts = [.. root.Descendants(s_svg + "text").Select(text => text.Value.Trim()).Where(IsName)];
        if (parts.Count == 0)
            throw new InvalidOperationException("The chart has no names: this machine has no fonts (apt-get install fonts-dejavu-core).");
        List<double> places = [];
        foreach (XElement area in root.Descendants(s_svg + "g").Where(group => group.Attribute("clip-path") is not null))
        {
            string id = area.Attribute("clip-path")!.Value["url(#".Length..^1];
            XElement clip = root.Descendants(s_svg + "clipPath").Single(element => element.Attribute("id")!.Value == id);
            XElement frame = clip.Element(s_svg + "rect")!;
            foreach (XElement shape in area.Elements())
            {
                parts.Add($"{shape.Name.LocalName} {shape.Attribute("fill")?.Value}");
                places.AddRange(Corners(shape).Chunk(2).SelectMany(corner =>
                    new[] { PerMille(corner[0], frame, "x", "width"), PerMille(corner[1], frame, "y", "height") }));
            }
        }

        return new ChartShape(parts, places);
    }

    /// <summary>Whether both charts say the same.</summary>
    public bool Matches(ChartShape other) =>
        Parts.SequenceEqual(other.Parts) && Places.Count == other.Places.Count
        && Places.Zip(other.Places).All(pair => Math.Abs(pair.First - pair.Second) <= TolerancePerMille);

    private static IEnumerable<double> Corners(XElement shape) => shape.Name.LocalName switch
    {
        "rect" =>
        [
            Value(shape, "x"), Value(shape, "y"),
            Value(shape, "x") + Value(shape, "width"), Value(shape, "y") + Value(shape, "height"),
        ],
        "ellipse" => [Value(shape, "cx"), Value(shape, "cy")],
        "path" => Number().Matches(shape.Attribute("d")!.Value).Select(number => Parsed(number.Value)),
        "text" => [],
        string other => throw new NotSupportedException($"A chart holds <{other}>: say here where its corners are."),
    };

    private static double PerMille(double value, XElement frame, string start, string length) =>
        1000 * (value - Value(frame, start)) / Value(frame, length);

    private static bool IsName(string text) =>
        text.Length > 0 && !double.TryParse(text, NumberStyles.Any, CultureInfo.InvariantCulture, out _);

    private static double Value(XElement element, string attribute) => Parsed(element.Attribute(attribute)!.Value);

    private static double Parsed(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+(\.\d+)?(e-?\d+)?")]
    private static partial Regex Number();
}
