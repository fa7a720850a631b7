using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Analytics.Tests.Html;

public sealed class HtmlReportTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Hostile = "</script><img src=x onerror=\"window.broken=1\"><!--<script>\u2028\u202e'&amp;\"`${1}@data@";
    private readonly TemporaryFolder _folder = new();

    private string PagePath => _folder.File("report.html");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_is_drawn_without_a_problem_and_asks_nobody()
    {
        WriteSmall();
        BrowserPage page = await browser.Open(PagePath);
        Assert.Equal(9, (int?)await page.Ask("document.querySelectorAll('.stage canvas').length"));
        Assert.Empty(page.Problems);
        Assert.All(page.Requests, address => Assert.Matches("^(file|data):", address));
    }

    [Fact]
    public async Task Numbers_on_the_page_are_those_of_the_database()
    {
        List<Dictionary<string, string?>> rows = WriteSmall();
        BrowserPage page = await browser.Open(PagePath);
        await OpenAll(page, "details.all");
        JsonNode cells = (await page.Ask("""
            [...document.querySelectorAll('details.all tr[data-cell]')].map((row) => [row.dataset.cell,
              ...[...row.children].map((cell) => [cell.dataset.column, cell.dataset.value ?? null])])
            """))!;
        Assert.Equal(rows.Count, cells.AsArray().Count);
        int compared = 0;
        foreach (JsonArray cell in cells.AsArray().Select(node => node!.AsArray()))
        {
            Dictionary<string, string?> row = rows.Single(one => one["cell"] == (string?)cell[0]);
            foreach (JsonArray value in cell.Skip(1).Select(node => node!.AsArray()))
            {
                AssertSame(row[(string)value[0]!], (string?)value[1]);
                compared++;
            }
        }

        Assert.True(compared > 300, $"only {compared} numbers were compared");
    }

    [Fact]
    public async Task Policies_are_side_by_side_in_words_a_person_reads()
    {
        List<Dictionary<string, string?>> rows = WriteSmall();
        BrowserPage page = await browser.Open(PagePath);
        JsonNode shown = (await page.Ask("""
            [...document.querySelectorAll('#recording-0-policies tr[data-cell]')].map((row) =>
              [row.dataset.cell, row.querySelector('[data-column=allocations]').textContent,
               row.querySelector('[data-column=hit_rate]').textContent, row.querySelector('[data-column=misses]').textContent])
            """))!;

        // rcu-cache was replayed with four capacities; one of them is shown here.
        Assert.Equal(7, shown.AsArray().Count);
        foreach (JsonNode? line in shown.AsArray())
        {
            Dictionary<string, string?> row = rows.Single(one => one["cell"] == (string?)line![0]);
            double rate = double.Parse(row["hit_rate"]!, CultureInfo.InvariantCulture);
            Assert.Equal(row["allocations"], (string?)line![1]);
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.0} %"), (string?)line[2]);
            Assert.Equal(row["misses"], (string?)line[3]);
        }
    }

    [Fact]
    public async Task Curve_over_capacity_has_the_hit_rates_of_single_replays()
    {
        List<Dictionary<string, string?>> rows = WriteSmall();
        BrowserPage page = await browser.Open(PagePath);
        await OpenAll(page, ".charts figure:first-child details");
        JsonNode points = (await page.Ask("""
            [...document.querySelectorAll('.charts figure:first-child tbody tr')].map((row) =>
              [...row.children].map((cell) => cell.dataset.value))
            """))!;
        string[] replayed = ["1", "2", "4", "64"];
        JsonNode?[] shown = [.. points.AsArray().Where(point => replayed.Contains((string)point![0]!))];
        Assert.Equal(4, shown.Length);
        foreach (JsonNode? point in shown)
        {
            Dictionary<string, string?> row = rows.Single(one => one["policy"] == "rcu-cache" && one["capacity"] == (string?)point![0]);
            AssertSame(row["hit_rate"], (string?)point!.AsArray()[^1]);
        }
    }

    [Fact]
    public async Task Names_out_of_a_recording_stay_text()
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
        {
            using EventColumns events = SmallTrace.Read();
            TraceFacts facts = events.Facts with
            {
                Trace = Hostile,
                Kernel = Hostile,
                Recorder = Hostile,
                Lost = 17,
                Issues = [new ImportIssue(IssueSeverity.DataLoss, "odd", Hostile, 2)],
                EventsSkipped = ImmutableSortedDictionary<string, long>.Empty.Add(Hostile, 3),
            };
            ImmutableArray<CellResult> cells = ReplayEngine.Run(events, Samples.Plan);
            database.AddRun(Samples.Run, facts, [.. cells.Select(cell => cell with { Trace = Hostile, CutCaches = 1234 })]);
        }

        WritePage();
        BrowserPage page = await browser.Open(PagePath);
        await OpenAll(page, "details");
        Assert.Empty(page.Problems);
        Assert.Equal(0, (int?)await page.Ask("document.images.length"));
        Assert.Equal("undefined", await page.Text("typeof window.broken"));
        string shown = Hostile
            .Replace("\u2028", "\\u2028", StringComparison.Ordinal)
            .Replace("\u202e", "\\u202e", StringComparison.Ordinal);
        Assert.Equal(shown, await page.Text("document.querySelector('h2').textContent"));
        string trust = await page.Text("document.querySelector('.trust').textContent");
        Assert.Contains(shown, trust, StringComparison.Ordinal);
        Assert.Contains("Data loss: 17 events lost", trust, StringComparison.Ordinal);
        Assert.Contains("1,234 times they hide what a CPU had cached", trust, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", await File.ReadAllTextAsync(PagePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_is_read_with_keys_and_a_series_is_switched_off_with_its_legend()
    {
        WriteSmall();
        BrowserPage page = await browser.Open(PagePath);
        await page.Ask("document.querySelector('.charts .stage').focus()");
        await page.Press("ArrowRight");
        await page.Press("ArrowRight");
        const string Tip = "(() => { const tip = document.querySelector('.charts .tip'); return tip.hidden ? '' : tip.textContent; })()";
        Assert.StartsWith("Stacks that each CPU may keep: 1linux-4.9", await page.Text(Tip), StringComparison.Ordinal);
        Assert.Contains("rcu-cache", await page.Text(Tip), StringComparison.Ordinal);
        await page.Ask("document.querySelector('.charts .legend button').focus()");
        await page.Press("Enter");
        Assert.Equal("false", await page.Text("document.querySelector('.charts .legend button').getAttribute('aria-pressed')"));
        Assert.False((bool?)await page.Ask("document.querySelector('.charts figure').plot.series[1].show"));
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(390, true)]
    [InlineData(1280, true)]
    public async Task Page_fits_its_window_in_either_scheme(int width, bool isDark)
    {
        WriteSmall();
        BrowserPage page = await browser.Open(PagePath, width, isDark);
        Assert.Empty(page.Problems);
        Assert.InRange((int)(await page.Ask("document.documentElement.scrollWidth"))!, 1, width);
        string background = await page.Text("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(isDark ? "rgb(17, 22, 28)" : "rgb(246, 247, 249)", background);
        await page.Ask("document.getElementById('theme').click()");
        Assert.NotEqual(background, await page.Text("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task A_policy_without_an_answer_says_why()
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
            database.AddRun(Samples.Run, Samples.Facts, [Samples.Unmet]);
        WritePage();
        BrowserPage page = await browser.Open(PagePath);
        Assert.Empty(page.Problems);
        Assert.Contains(
            "No answer for pages-rcu: the trace shows no fork.",
            await page.Text("document.querySelector('.trust').textContent"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_without_results_has_no_page()
    {
        ResultsDatabase.Open(_folder.Database).Dispose();
        Assert.Contains("holds no result", Assert.Throws<ResultsDatabaseException>(WritePage).Message, StringComparison.Ordinal);
    }

    private static async Task OpenAll(BrowserPage page, string selector) =>
        await page.Ask($$"""
            new Promise((done) => {
              for (const one of document.querySelectorAll('{{selector}}')) one.open = true;
              setTimeout(() => done(true), 200);
            })
            """);

    private static void AssertSame(string? expected, string? found)
    {
        if (double.TryParse(expected, CultureInfo.InvariantCulture, out double number))
            Assert.Equal(number, double.Parse(found!, CultureInfo.InvariantCulture));
        else
            Assert.Equal(expected, found);
    }

    private List<Dictionary<string, string?>> WriteSmall()
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
            database.AddSmallRun();
        WritePage();
        using ResultsDatabase results = ResultsDatabase.OpenReadOnly(_folder.Database);
        using QueryResult summary = results.Query("SELECT * FROM summary");
        List<Dictionary<string, string?>> rows = [];
        while (summary.Read())
            rows.Add(Enumerable.Range(0, summary.Columns.Length).ToDictionary(at => summary.Columns[at].Name, summary.Text));
        return rows;
    }

    private void WritePage()
    {
        using ResultsDatabase database = ResultsDatabase.OpenReadOnly(_folder.Database);
        using FileStream page = File.Create(PagePath);
        HtmlReport.Write(database, page);
    }
}
