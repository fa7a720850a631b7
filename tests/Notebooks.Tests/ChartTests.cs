using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using DuckDB.NET.Data;

namespace ForkTrace.Notebooks.Tests;

/// <summary>Tables and charts against numbers known beforehand, and with names that would break a page.</summary>
[Collection(ProcessStateCollection.Name)]
public sealed class ChartTests : IDisposable
{
    private const string Hostile = "</script><b>\"&'";

    private readonly string _database = ForkTraceTool.InFolder("chart.duckdb");

    public ChartTests()
    {
        using DuckDBConnection connection = new($"Data Source={_database}");
        connection.Open();
    }

    public void Dispose() => File.Delete(_database);

    [Fact]
    public void Values_are_shown_alike_whatever_their_type_and_the_culture()
    {
        ResultTable table = Ask("SELECT 1234567, 1234.56789, sum(2000::BIGINT), NULL, 'a', true, 1.5::DECIMAL(4, 2)");
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(["1,234,567", "1,234.5679", "2,000", "-", "a", "True", "1.5"], table.Rows[0].Select(ResultTable.Shown));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Numbers_stand_to_the_right_and_texts_to_the_left() =>
        Assert.Equal("name   n\na      5\nbbbb  10", Ask("FROM (VALUES ('a', 5), ('bbbb', 10)) AS t (name, n)").ToString());

    [Fact]
    public void Bars_are_as_long_as_their_values_say()
    {
        ResultTable table = Ask("FROM (VALUES ('a', 'x', 10), ('a', 'y', 30), ('b', 'x', 20)) AS t (bar, part, n)");
        Chart chart = new(table, "T") { Along = "bar", Value = "n", Series = "part" };
        string[] lines = ChartText.Of(chart).Split('\n');
        Assert.Equal(["T", $"a |{Line('█', 12)}{Line('▒', 38)} 40", $"b |{Line('█', 25)} 20", "█ x  ▒ y"], lines);

        XElement[] bars = [.. Rectangles(chart).Where(rectangle => Attribute(rectangle, "height") == 18)];
        double[] widths = [.. bars.Select(bar => Attribute(bar, "width"))];
        Assert.Equal(4, widths.Length);
        Assert.Equal(3, widths[1] / widths[0], 0.01);
        Assert.Equal(2, widths[2] / widths[0], 0.01);
        Assert.Equal(0, widths[3]);
        Assert.Equal(Attribute(bars[0], "x") + widths[0], Attribute(bars[1], "x"), 0.11);
    }

    [Fact]
    public void A_bar_below_zero_ends_at_zero()
    {
        Chart chart = new(Ask("FROM (VALUES ('down', -10), ('up', 30)) AS t (bar, n)"), "T") { Along = "bar", Value = "n" };
        XElement[] bars = [.. Rectangles(chart).Where(rectangle => Attribute(rectangle, "height") == 18)];
        Assert.Equal(Attribute(bars[1], "x"), Attribute(bars[0], "x") + Attribute(bars[0], "width"), 0.11);
        Assert.Equal(3, Attribute(bars[1], "width") / Attribute(bars[0], "width"), 0.01);
    }

    [Fact]
    public void A_line_rises_with_its_values()
    {
        ResultTable table = Ask("SELECT i AS x, i * i AS y FROM range(0, 5) AS t (i) ORDER BY i");
        Chart chart = new(table, "T") { Along = "x", Value = "y", IsLine = true };
        Assert.Equal("T\n 0 ▁▁▃▅█ 16", ChartText.Of(chart));

        string points = Drawing(chart).Descendants().Single(element => element.Name.LocalName == "polyline").Attribute("points")!.Value;
        double[][] drawn = [.. points.Split(' ').Select(point => point.Split(',').Select(Number).ToArray())];
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(i / 4.0, (drawn[i][0] - drawn[0][0]) / (drawn[4][0] - drawn[0][0]), 0.001);
            Assert.Equal(i * i / 16.0, (drawn[i][1] - drawn[0][1]) / (drawn[4][1] - drawn[0][1]), 0.001);
        }
    }

    [Fact]
    public void A_chart_of_nothing_but_zeros_is_drawn()
    {
        Chart chart = new(Ask("FROM (VALUES ('a', 0)) AS t (bar, n)"), "T") { Along = "bar", Value = "n" };
        Assert.Equal("T\na | 0", ChartText.Of(chart));
        Assert.Single(Rectangles(chart), rectangle => Attribute(rectangle, "height") == 18);
    }

    [Fact]
    public void Names_cannot_leave_their_place_in_a_page()
    {
        ResultTable table = Ask($"SELECT '{Hostile.Replace("'", "''", StringComparison.Ordinal)}' AS name, 1 AS n");
        Chart chart = new(table, Hostile) { Along = "name", Value = "n" };
        Assert.Contains(Drawing(chart).Descendants(), element => element.Value == Hostile);
        string html = ChartDrawing.ToHtml(chart);
        Assert.Equal(2, html.Split("</script>").Length - 1);
        Assert.DoesNotContain("<b>", html + table.ToHtml(), StringComparison.Ordinal);
        JsonNode spec = JsonNode.Parse(chart.ToVegaLite())!;
        Assert.Equal(Hostile, spec["data"]!["values"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void A_column_that_is_not_there_is_named()
    {
        Chart chart = new(Ask("SELECT 1 AS n"), "T") { Along = "m", Value = "n" };
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => ChartText.Of(chart));
        Assert.Contains("no column 'm' among n", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_fails_says_why()
    {
        Environment.SetEnvironmentVariable("FORKTRACE_TOOL", NotebookFile.Tool);
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => ForkTraceTool.Run("run", "nowhere.dat"));
        Assert.Contains("exit code 2: forktrace: there is no file 'nowhere.dat'", failure.Message, StringComparison.Ordinal);
    }

    private static string Line(char character, int count) => new(character, count);

    private ResultTable Ask(string sql) => ResultTable.Query(_database, sql);

    private static XElement Drawing(Chart chart) => XElement.Parse(ChartDrawing.ToSvg(chart));

    private static IEnumerable<XElement> Rectangles(Chart chart) =>
        Drawing(chart).Descendants().Where(element => element.Name.LocalName == "rect");

    private static double Attribute(XElement element, string name) =>
        element.Attribute(name)!.Value is var text && text.EndsWith('%') ? -1 : Number(text);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
