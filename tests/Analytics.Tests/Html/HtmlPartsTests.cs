using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;

namespace ForkTrace.Analytics.Tests.Html;

/// <summary>Each part of the page shows the data in the database, and can be used with the keyboard.</summary>
public sealed class HtmlPartsTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Hostile = "</script><img src=x onerror=\"window.broken=1\">\u202e";
    private const string Causes = "misses_capacity, misses_rcu_delay, misses_placement, misses_node, misses_cold";
    private const string Outcomes = $"allocations, hits, hits / nullif(allocations, 0), {Causes}";
    private readonly TemporaryFolder _folder = new();

    private string PagePath => _folder.File("report.html");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Modelled_costs_say_what_they_rest_on()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        string note = await page.Text("document.querySelector('.modelled').textContent");
        Assert.Contains("modelled by lwn-2016, whose prices are input, not result: To pages is what was put in.", note, StringComparison.Ordinal);
        Assert.Contains("≥ is a lower bound, for the model has no price for", note, StringComparison.Ordinal);
        Assert.Contains("clear or charge stacks otherwise than linux-5.18", note, StringComparison.Ordinal);
        Assert.StartsWith(
            "≥ ", await page.Text("document.querySelector('[data-column=create_join_cost_mean_ns]').textContent"), StringComparison.Ordinal);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Misses_by_cause_are_those_of_the_database()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        List<string> shown = await page.Rows(await page.Figure("Why forks missed"));
        Assert.Equal(7, shown.Count);
        Assert.Equal(Expected(database, $"SELECT policy, {Outcomes} FROM summary WHERE capacity IS NULL OR capacity = 2"), shown.Order());
        Assert.True((long)database.Value("SELECT count(*) FROM misses WHERE misses > 0 AND policy = 'linux-5.18'")! >= 3);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_cause_is_switched_off_and_its_number_read_with_keys()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        string figure = await page.Figure("Why forks missed");
        await page.Ask($"document.querySelector('{figure} .stage').focus()");
        for (int press = 0; press < 3; press++)
            await page.Press("ArrowDown");
        const string Third = "SELECT misses_capacity FROM summary WHERE policy = 'pages-early' AND misses_capacity > 0";
        string tip = await page.Text($"document.querySelector('{figure} .tip').textContent");
        Assert.StartsWith("pages-early: 900 forks", tip, StringComparison.Ordinal);
        Assert.Contains($"capacity: {database.Value(Third)} (", tip, StringComparison.Ordinal);

        await page.Ask($"document.querySelectorAll('{figure} .legend button')[1].focus()");
        await page.Press("Enter");
        string pressed = await page.Text($"document.querySelectorAll('{figure} .legend button')[1].getAttribute('aria-pressed')");
        Assert.Equal("false", pressed);
        Assert.Equal(0, (int?)await page.Ask($"document.querySelector('{figure} .bar > :nth-child(2)').offsetWidth"));
        await page.Ask($"document.querySelector('{figure} .stage').focus()");
        for (int press = 0; press < 3; press++)
            await page.Press("ArrowDown");
        tip = await page.Text($"document.querySelector('{figure} .tip').textContent");
        Assert.StartsWith("pages-early: 900 forks", tip, StringComparison.Ordinal);
        Assert.DoesNotContain("capacity: ", tip, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_have_their_numbers_and_stay_text()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        foreach (string policy in new[] { "linux-5.18", "rcu-cache" })
        {
            await Choose(page, policy);
            List<string> shown = await page.Rows(".parts-comm");
            List<string> all = database.RowsFor($"""
                SELECT comm, {Outcomes}
                FROM comm_patterns
                WHERE policy = '{policy}' AND capacity = 2
                ORDER BY allocations DESC, comm
                """);
            Assert.Equal(BusyTrace.Names + 1, all.Count);
            Assert.Equal(all[..100], shown[..^1]);

            // Everything without a separate row is in one row, so that the columns sum to the total.
            Assert.Equal(
                Expected(database, $"""
                    SELECT NULL, sum(allocations)::BIGINT, sum(hits)::BIGINT, sum(hits) / sum(allocations),
                        {string.Join(", ", Causes.Split(", ").Select(cause => $"sum({cause})::BIGINT"))}
                    FROM (
                        FROM comm_patterns WHERE policy = '{policy}' AND capacity = 2 ORDER BY allocations DESC, comm OFFSET 100
                    )
                    """),
                [shown[^1]]);
        }

        string spelt = Hostile.Replace("\u202e", "\\u202e", StringComparison.Ordinal);
        Assert.Equal(spelt, await page.Text("document.querySelector('.parts-comm tbody td').textContent"));
        string figure = await page.Figure("By name of the task");
        await page.Ask($"document.querySelector('{figure} .stage').focus()");
        await page.Press("ArrowDown");
        string tip = await page.Text($"document.querySelector('{figure} .tip').textContent");
        Assert.StartsWith($"{spelt}: 300 forks", tip, StringComparison.Ordinal);
        Assert.Equal(0, (int?)await page.Ask("document.images.length"));
        Assert.Equal("undefined", await page.Text("typeof window.broken"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Cpus_have_the_numbers_of_the_database()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        await Choose(page, "linux-4.9");
        string sql = $"SELECT cpu, {Outcomes} FROM cpus WHERE policy = 'linux-4.9' ORDER BY allocations DESC, cpu";
        Assert.Equal(database.RowsFor(sql), await page.Rows(".parts-cpu"));
    }

    [Fact]
    public async Task Heat_map_has_the_pairs_of_the_database_and_is_read_with_keys()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        string figure = await page.Figure("CPU of the fork, CPU of the death");
        List<string> pairs = database.RowsFor("SELECT fork_cpu, death_cpu, tasks FROM cpu_matrix ORDER BY fork_cpu, death_cpu");
        Assert.Equal(6, pairs.Count);
        Assert.Equal(pairs, await page.Rows(figure));
        Assert.Equal(9, (int?)await page.Ask($"document.querySelectorAll('{figure} .square').length"));
        Assert.Equal(
            database.RowsFor("SELECT sum(tasks)::BIGINT FROM cpu_matrix WHERE fork_cpu = death_cpu"),
            [await page.Text($"document.querySelector('{figure} [data-home]').dataset.home")]);

        await page.Ask($"document.querySelector('{figure} .stage').focus()");
        foreach (string key in new[] { "ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight" })
            await page.Press(key);
        string tip = await page.Text($"document.querySelector('{figure} .tip').textContent");
        object tasks = database.Value("SELECT tasks FROM cpu_matrix WHERE fork_cpu = 1 AND death_cpu = 2")!;
        Assert.StartsWith($"Forked on CPU 1, died on CPU 2{tasks} tasks", tip, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heat_map_of_a_large_machine_has_few_squares_and_every_task()
    {
        using ResultsDatabase database = WriteBusy(cpus: 200);
        BrowserPage page = await browser.Open(PagePath, width: 390);
        string figure = await page.Figure("CPU of the fork, CPU of the death");
        List<string> expected = database.RowsFor("""
            SELECT fork_cpu - fork_cpu % 4, death_cpu - death_cpu % 4, sum(tasks)::BIGINT
            FROM cpu_matrix
            GROUP BY ALL
            ORDER BY ALL
            """);
        Assert.Equal(expected, await page.Rows(figure));
        Assert.Equal(50 * 50, (int?)await page.Ask($"document.querySelectorAll('{figure} .square').length"));
        Assert.InRange((int)(await page.Ask("document.documentElement.scrollWidth"))!, 1, 390);
        Assert.Equal(101, (await page.Rows(".parts-cpu")).Count);
        Assert.InRange(new FileInfo(PagePath).Length, 1, 700_000);
    }

    [Fact]
    public async Task The_load_over_time_is_that_of_the_database()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        string load = await page.Figure("Forks, deaths, RCU");
        Assert.Equal(
            database.RowsFor("SELECT start_ns, forks, deaths, callbacks FROM trace_timeline ORDER BY start_ns"), await page.Rows(load));
        object bursts = database.Value("SELECT count(*) FROM trace_timeline WHERE forks >= 2 * (SELECT avg(forks) FROM trace_timeline)")!;
        Assert.InRange((long)bursts, 1, 20);
        Assert.Contains(
            $"Shaded: the {bursts} that have twice",
            await page.Text($"document.querySelector('{load} p').textContent"),
            StringComparison.Ordinal);

        List<string> periods = database.RowsFor("SELECT end_ns, end_ns - start_ns FROM grace_periods ORDER BY end_ns");
        Assert.True(periods.Count > 5);
        Assert.Equal(periods, await page.Rows(await page.Figure("Grace periods")));
        await Choose(page, "rcu-cache");
        Assert.Equal(
            database.RowsFor(
                "SELECT start_ns, allocations, hits FROM timeline WHERE policy = 'rcu-cache' AND capacity = 2 ORDER BY start_ns"),
            await page.Rows(await page.Figure("Forks over time")));
        string tip = "SELECT callbacks || ' callbacks' FROM grace_periods ORDER BY end_ns LIMIT 1";
        await page.Ask($"document.querySelector('{await page.Figure("Grace periods")} .stage').focus()");
        await page.Press("ArrowRight");
        Assert.Contains(
            (string)database.Value(tip)!,
            await page.Text($"document.querySelector('{await page.Figure("Grace periods")} .tip').textContent"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("How long stacks are in use", "SELECT high_ns, share_at_most FROM lifetimes")]
    [InlineData("How long forks took, measured", "SELECT high_ns, share_at_most FROM measured_fork_times")]
    [InlineData("How long RCU takes", "SELECT high_ns, share_at_most FROM rcu_delays WHERE operation = 'task_free'")]
    public async Task Distributions_have_steps_of_the_database(string title, string sql)
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        List<string> shown = await page.Rows(await page.Figure(title));
        HashSet<string> steps = [.. database.RowsFor(sql)];

        // The first and the last row are the ends of the axis.
        int compared = 0;
        foreach (string[] row in shown[1..^1].Select(line => line.Split('|')))
        {
            if (row[^1].Length > 0)
                Assert.Contains($"{row[0]}|{row[^1]}", steps);
            compared += row[^1].Length > 0 ? 1 : 0;
        }

        Assert.True(compared > 8, $"only {compared} steps were compared");
    }

    [Fact]
    public async Task Curves_are_those_that_the_run_counted()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        List<string> shown = await page.Rows(await page.Figure("Hit rate against capacity"));
        Assert.Equal(65, shown.Count);
        Assert.Equal(
            database.RowsFor(
                "PIVOT (SELECT capacity, policy, hit_rate FROM capacity_curves) ON policy USING any_value(hit_rate) ORDER BY capacity"),
            shown);
        object knee = database.Value("SELECT any_value(knee_capacity) FROM capacity_curves WHERE policy = 'rcu-cache'")!;
        string about = await page.Text("document.querySelector('.charts .note').textContent");
        Assert.Contains($"rcu-cache {knee}", about, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trust_says_what_agreement_to_expect_and_how_wide_the_bracket_is()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        string[] shown = [.. (await page.Ask("""
            [...document.querySelectorAll('.agreement [data-low]')].map((one) => `${one.dataset.low}|${one.dataset.high}`)
            """))!.AsArray().Select(one => (string)one!)];
        Assert.NotEmpty(shown);
        Assert.Equal(
            database.RowsFor("""
                SELECT expected_agreement_low_share, expected_agreement_high_share
                FROM summary
                WHERE expected_agreement_low_share IS NOT NULL
                """),
            shown);
        string widest = (string)database.Value("""
            SELECT policy || ':' || parameters || ': ' || round(hit_rate * 100, 2) || ' % to '
                || round(starting_full_hit_rate * 100, 2) || ' %'
            FROM summary
            WHERE capacity = 2
            ORDER BY starting_full_hit_rate - hit_rate DESC, policy
            LIMIT 1
            """)!;
        Assert.Contains(
            widest.Replace(".0 %", " %", StringComparison.Ordinal),
            await page.Text("document.querySelector('.bracket').textContent"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_has_a_name_and_keys_get_everywhere()
    {
        using ResultsDatabase database = WriteBusy();
        BrowserPage page = await browser.Open(PagePath);
        await page.Rows("body");
        (string What, string Which)[] nameless =
        [
            ("stages", "[...document.querySelectorAll('.stage')].filter((one) => one.tabIndex !== 0 || !one.ariaLabel)"),
            (
                "tables",
                "[...document.querySelectorAll('table')].filter((one) => !one.caption?.textContent || !one.querySelector('th[scope=col]'))"
            ),
            ("scrolled regions", "[...document.querySelectorAll('.scroll')].filter((one) => one.tabIndex !== 0 || !one.ariaLabel)"),
            ("controls", "[...document.querySelectorAll('button, summary, a')].filter((one) => !one.ariaLabel && !one.textContent.trim())"),
            ("choices", "[...document.querySelectorAll('select')].filter((one) => !one.labels[0]?.textContent.trim())"),
            ("ids", "[...document.querySelectorAll('[id]')].filter((one) => document.querySelectorAll(`[id='${one.id}']`).length > 1)"),
            ("links", "[...document.querySelectorAll('a')].filter((one) => !document.getElementById(one.getAttribute('href').slice(1)))"),
            ("headings", """
                [...document.querySelectorAll('h2, h3, h4')].filter((one, at, all) => at > 0 && one.tagName[1] - all[at - 1].tagName[1] > 1)
                """),
        ];
        foreach ((string what, string which) in nameless)
            Assert.True((int?)await page.Ask($"{which.Trim()}.length") == 0, $"{what} without a name, or out of order");
        Assert.True((int?)await page.Ask("document.querySelectorAll('.stage').length") >= 13);

        // Tab from the top reaches every part of a figure.
        HashSet<string> stages = [];
        await page.Ask("(scrollTo(0, 0), document.activeElement.blur())");
        for (int press = 0; press < 400 && stages.Count < 13; press++)
        {
            await page.Press("Tab");
            if (press == 0)
                Assert.Equal("skip", await page.Text("document.activeElement.className"));
            string label = await page.Text("document.activeElement.classList.contains('stage') ? document.activeElement.ariaLabel : ''");
            if (label.Length > 0)
                stages.Add(label);
        }

        Assert.Equal(13, stages.Count);
        Assert.Empty(page.Problems);
    }

    private static List<string> Expected(ResultsDatabase database, string sql) =>
        [.. database.RowsFor(sql).Order()];

    private static async Task Choose(BrowserPage page, string policy) =>
        await page.Ask($$"""
            (() => {
              const choice = document.querySelector('.choose select');
              choice.value = [...choice.options].find((one) => one.textContent.startsWith('{{policy}}:')).value;
              choice.dispatchEvent(new Event('change'));
            })()
            """);

    private ResultsDatabase WriteBusy(int cpus = 3)
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
        {
            using EventColumns events = BusyTrace.Read(Hostile, cpus);
            database.AddRun(Samples.Run, RunFindings.Of(events, Samples.Plan) with { ForkTimes = Samples.ForkTimes });
        }

        ResultsDatabase results = ResultsDatabase.OpenReadOnly(_folder.Database);
        using FileStream page = File.Create(PagePath);
        HtmlReport.Write(results, page);
        return results;
    }
}
