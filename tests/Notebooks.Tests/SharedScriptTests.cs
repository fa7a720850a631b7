using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ForkTrace.Notebooks.Tests;

/// <summary>What the notebooks import: how tables and charts are shown, and how the tool is started.</summary>
[Collection(ProcessStateCollection.Name)]
public sealed partial class SharedScriptTests
{
    private const string Imports = """
        #r "nuget: ScottPlot, 5.1.59"
        #!import shared/ForkTrace.cs
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
            ScottPlot.Plot chart = new();
            chart.Add.Bars(new[] { 1.0 });
            chart.Title(hostile);
            display(chart);
            """);
        const string Encoded = "&lt;/script&gt;&lt;b&gt;&quot;&amp;&#39;";
        Assert.Equal(
            $"<table><tr><th>{Encoded}</th></tr><tr><td>{Encoded}</td></tr></table>",
            NotebookFile.TextOf(outputs[0]!["data"]!["text/html"]));
        Assert.Contains("</script><b>\"&'", ChartShape.Of(NotebookFile.ChartOf(outputs[1]!)!).Parts);
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
    public async Task Charts_of_one_page_have_ids_of_their_own()
    {
        JsonArray outputs = await Run("""
            ScottPlot.Plot chart = new();
            chart.Add.Bars(new[] { 1.0, 2 });
            chart.Title("T");
            display(chart);
            display(chart);
            """);
        string first = NotebookFile.ChartOf(outputs[0]!)!, second = NotebookFile.ChartOf(outputs[1]!)!;
        Assert.NotEqual(Ids().Match(first).Value, Ids().Match(second).Value);
        Assert.True(ChartShape.Of(first).Matches(ChartShape.Of(second)));
    }

    [Fact]
    public async Task A_tool_that_fails_says_why()
    {
        Task run = Run("ForkTrace.Run(\"run\", \"nowhere.dat\")");
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => run);
        Assert.Contains("exit code 2: forktrace: there is no file 'nowhere.dat'", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonArray> Run(string cell)
    {
        await using NotebookKernel kernel = new();
        await kernel.RunAsync(Imports);
        return await kernel.RunAsync(cell);
    }

    [GeneratedRegex("id=\"[^\"]*\"")]
    private static partial Regex Ids();
}
