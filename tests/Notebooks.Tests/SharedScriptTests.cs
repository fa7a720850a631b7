using System.Text.Json.Nodes;

namespace ForkTrace.Notebooks.Tests;

/// <summary>The scripts that the notebooks import, which show tables and charts and start the tool.</summary>
[Collection(ProcessStateCollection.Name)]
public sealed class SharedScriptTests
{
    private const string Imports = """
        #r "nuget: ForkTrace.Analytics, *-*"
        #r "nuget: ScottPlot, 5.1.59"
        #!import shared/Tool.cs
        #!import shared/ChartFigures.cs
        #!import shared/Show.csx
        """;

    [Fact]
    public async Task Names_cannot_leave_their_place_in_a_page()
    {
        JsonArray outputs = await Run("""
            using System.Data;
            string hostile = "</script><b>\"&'";
            DataTable table = new();
            table.Columns.Add(hostile);
            table.Rows.Add(hostile);
            display(table);
            """);
        const string Encoded = "&lt;/script&gt;&lt;b&gt;&quot;&amp;&#39;";
        Assert.Equal(
            $"<table><tr><th>{Encoded}</th></tr><tr><td>{Encoded}</td></tr></table>",
            NotebookFile.TextOf(outputs[0]!["data"]!["text/html"]));
    }

    [Fact]
    public async Task Numbers_are_shown_alike_in_every_culture()
    {
        JsonArray outputs = await Run("""
            using System.Globalization;
            CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = commas;
            System.Data.DataTable table = new();
            table.Columns.Add("n", typeof(double));
            table.Rows.Add(1234.5);
            table.Rows.Add(DBNull.Value);
            display(table);
            """);
        Assert.Equal(
            "<table><tr><th>n</th></tr><tr><td>1234.5</td></tr><tr><td></td></tr></table>",
            NotebookFile.TextOf(outputs[0]!["data"]!["text/html"]));
    }

    [Fact]
    public async Task A_chart_is_a_picture_with_its_figures()
    {
        JsonArray outputs = await Run("""
            using ScottPlot;
            Plot chart = new();
            chart.Add.Bars(new[] { 1.0, 2.5 });
            chart.Add.Bars(new Bar[] { new() { ValueBase = 1, Value = 3 } }).LegendText = "part";
            chart.Add.Scatter(new[] { 0.0, 1 }, new[] { 7.0, -1.255 }).LegendText = "line";
            chart.Title("T");
            display(chart);
            """);
        Assert.Equal("T\n1 2.5\npart: 2\nline: 7 -1.26", NotebookFile.TextOf(outputs[0]!["data"]!["text/plain"]));
        Assert.NotNull(NotebookFile.PictureOf(outputs[0]!));
    }

    [Fact]
    public async Task A_tool_that_fails_says_why()
    {
        Task run = Run("Tool.Run(\"run\", \"nowhere.dat\")");
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => run);
        Assert.Contains("exit code 2: forktrace: there is no file 'nowhere.dat'", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonArray> Run(string cell)
    {
        await using NotebookKernel kernel = new();
        await kernel.RunAsync("#!import ../artifacts/source.csx");
        await kernel.RunAsync(Imports);
        return await kernel.RunAsync(cell);
    }
}
