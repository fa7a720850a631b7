using System.Xml.Linq;
using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests.Html;

/// <summary>The page begins with the same answer as the terminal, always shows the recorded kernel's own policy, and its charts can be
/// saved.</summary>
public sealed class HtmlAnswerTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string PagePath => _folder.File("report.html");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("native-6.18/make.perf.data.zst")]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    public async Task The_page_opens_with_the_sentences_of_the_terminal(string recording)
    {
        RunFindings findings = Add(recording, ReplayPlan.Default);
        BrowserPage page = await Open();
        RunAnswer answer = RunAnswer.Of(findings.Results.Single(row => row.Policy == "linux-5.18"), findings.Results, findings.Curves);
        Assert.Equal(answer.Kernel, await page.Text("document.querySelector('.answer p:first-child').textContent"));
        Assert.Equal(answer.Change, await page.Text("document.querySelector('.answer p:last-child').textContent"));
        Assert.Equal("answer", await page.Text("document.querySelector('h2.name').nextElementSibling.className"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Several_recordings_have_an_answer_each_and_one_over_all()
    {
        Add("native-6.18/make.perf.data.zst", ReplayPlan.Default);
        Add("native-6.18/pthread.perf.data.zst", ReplayPlan.Default);
        BrowserPage page = await Open();
        Assert.Equal(3, (int?)await page.Ask("document.querySelectorAll('.answer').length"));
        Assert.StartsWith(
            "The recorded kernel's cache (linux-5.18:capacity=2) served 68.0 % of forks on average of 2 recordings (51.3 % to 84.8 %).",
            await page.Text("document.querySelector('#repeats .answer').textContent"),
            StringComparison.Ordinal);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task The_recorded_kernels_policy_is_drawn_though_nobody_named_it()
    {
        Add("native-6.18/make.perf.data.zst", ReplayPlan.Default with { Policies = [PolicySelection.Parse("rcu-cache")] });
        BrowserPage page = await Open();
        string legend = await page.Text($"document.querySelector('{await page.Figure("Hit rate against capacity")} .legend').textContent");
        Assert.Contains("linux-5.18", legend, StringComparison.Ordinal);
        Assert.Contains("rcu-cache", legend, StringComparison.Ordinal);
        Assert.StartsWith(
            "The database holds no answer of linux-5.18:capacity=2",
            await page.Text("document.querySelector('.answer').textContent"),
            StringComparison.Ordinal);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task What_was_measured_and_what_is_modelled_stand_apart()
    {
        Add("native-6.18/pthread.perf.data.zst", ReplayPlan.Default);
        BrowserPage page = await Open();
        string measured = await page.Text("document.querySelector('#recording-0-measured').textContent");
        string modelled = await page.Text("document.querySelector('#recording-0-modelled').textContent");
        Assert.DoesNotContain("odelled", measured, StringComparison.Ordinal);
        Assert.Contains("Costs are modelled by lwn-2016", modelled, StringComparison.Ordinal);
        Assert.Equal(0, (int?)await page.Ask("document.querySelectorAll('#recording-0-modelled [data-column=p50_ns]').length"));
    }

    [Fact]
    public async Task Every_chart_is_saved_as_a_drawing_with_its_series()
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
            database.AddSmallRun();
        BrowserPage page = await Open();
        int charts = (int)(await page.Ask("document.querySelectorAll('.save').length"))!;
        Assert.Equal(9, charts);
        for (int chart = 0; chart < charts; chart++)
        {
            string svg = await page.Text($$"""
                new Promise((done) => {
                  URL.createObjectURL = (blob) => { blob.text().then(done); return "blob:x"; };
                  HTMLAnchorElement.prototype.click = () => {};
                  document.querySelectorAll('.save')[{{chart}}].click();
                })
                """);
            XElement drawing = XElement.Parse(svg);
            string[] texts = [.. drawing.Descendants().Where(part => part.Name.LocalName == "text").Select(part => part.Value)];
            Assert.Equal(await page.Text($"document.querySelectorAll('.save')[{chart}].closest('figure').querySelector('h4').textContent"), texts[0]);
            int series = (int)(await page.Ask($"document.querySelectorAll('.save')[{chart}].closest('figure').querySelectorAll('.legend li').length"))!;
            XElement area = drawing.Descendants().Single(part => part.Attribute("clip-path") is not null);
            Assert.InRange(area.Elements().Count(), series, int.MaxValue);
            Assert.True(texts.Length > series + 5, svg);
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        }

        Assert.Empty(page.Problems);
    }

    private RunFindings Add(string recording, ReplayPlan plan)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        RunFindings findings = Measured(RunFindings.Of(events, plan));
        using ResultsDatabase database = ResultsDatabase.Open(_folder.Database);
        database.AddRun(Samples.Run, findings);
        return findings;
    }

    // Like the tool, if the recording contains the kernel's own results.
    private static RunFindings Measured(RunFindings findings) => findings with
    {
        Results =
        [
            .. findings.Results.Select(row => row.Policy == "linux-5.18"
                ? row with { Measured = new Replay.Results.MeasuredAgreement(row.Allocations, 1, 1, 0.5, row.HitRate) }
                : row),
        ],
    };

    private async Task<BrowserPage> Open()
    {
        using (ResultsDatabase database = ResultsDatabase.OpenReadOnly(_folder.Database))
        {
            using FileStream page = File.Create(PagePath);
            HtmlReport.Write(database, page);
        }

        return await browser.Open(PagePath);
    }
}
