using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>A recording with reported losses, from its text to figures, tables and the database.</summary>
public sealed class LostEventsTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    // Two threads die on CPU 0, then the recorder loses events of one CPU, then two threads are forked on CPU 0.
    public LostEventsTests()
    {
        foreach (int cpu in new[] { 0, 1 })
            File.WriteAllLines(_folder.Of($"lost{cpu}.txt"), Recording($"CPU:{cpu} [LOST 7 EVENTS]"));
        File.WriteAllLines(_folder.Of("whole.txt"), Recording());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("whole.txt", 0, 2, "C")]
    [InlineData("lost1.txt", 1, 2, "D")]
    [InlineData("lost0.txt", 1, 0, "D")]
    public void The_content_of_a_cpus_cache_is_unknown_after_lost_events(string file, int cuts, int hits, string grade)
    {
        JsonElement row = Run(file, "--json").RootElement.GetProperty("results")[0];
        Assert.Equal(cuts, row.GetProperty("cut_caches").GetInt32());
        Assert.Equal(hits, row.GetProperty("hits").GetInt32());
        Assert.Equal(6, row.GetProperty("hits_starting_full").GetInt32());
        Assert.Equal(grade, row.GetProperty("grade").GetString());
        Assert.Equal(
            $"cut_caches\n{cuts}\n", Tool.Run(_folder.Path, "query", "r.duckdb", "SELECT cut_caches FROM results", "--format", "csv").Out);
    }

    [Fact]
    public void A_line_above_the_table_reports_it()
    {
        string lossy = Tool.Run(_folder.Path, "replay", "lost0.txt", "--policy", "linux-5.18").Out;
        Assert.Contains("1 place where lost events hide what a CPU had cached", lossy, StringComparison.Ordinal);
        Assert.True(lossy.IndexOf("cut caches", StringComparison.Ordinal) < lossy.IndexOf("Policy", StringComparison.Ordinal));
        string whole = Tool.Run(_folder.Path, "replay", "whole.txt", "--policy", "linux-5.18").Out;
        Assert.DoesNotContain("cut caches", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_without_events_shows_no_figures_that_it_does_not_have()
    {
        File.WriteAllLines(_folder.Of("none.txt"), ["# tracer: nop", "# entries-in-buffer/entries-written: 0/100"]);
        string text = Tool.Run(_folder.Path, "replay", "none.txt", "--policy", "linux-5.18:capacity=1..2", "--policy", "pages-early").Out;
        Assert.Contains("unknown kernel, an unknown number of CPUs\n", text, StringComparison.Ordinal);
        Assert.Contains("forks       0\n", text, StringComparison.Ordinal);
        Assert.Contains("unknown CPU: 100 events in 1 gap, at an unknown time\n", text, StringComparison.Ordinal);
        Assert.Contains("no answer   linux-5.18, pages-early: the trace shows no fork", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_behind_the_only_event_has_a_beginning_and_no_share_of_the_time()
    {
        const string Fork = "            bash-84700   [000] .... 24913.120041: task_newtask: pid=4 comm=sh clone_flags=1200011 oom_score_adj=0";
        File.WriteAllLines(_folder.Of("one.txt"), ["# tracer: nop", Fork, "CPU:0 [LOST 7 EVENTS]"]);
        string text = Tool.Run(_folder.Path, "replay", "one.txt", "--policy", "linux-5.18").Out;
        Assert.Contains("forks       1\n", text, StringComparison.Ordinal);
        Assert.Contains("CPU 0: 7 events in 1 gap: 24913.120041 s to the end\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_of_a_cpu_are_no_task_s()
    {
        const string Sql = "SELECT count(*) AS tasks, count(allocated_ns) AS forked FROM lifecycles WHERE task = 0";
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new Events.LossInterval(1, 6000, 7000, 1)] };
        trace.Die(2000, 1, trace.Fork(1000, 1));
        trace.TakeDown(3000, 1, byCpu: 0);
        trace.Fork(8000, 1);
        _folder.Put("t.arrow", trace.ToTable());
        Assert.Equal("tasks,forked\n1,1\n", Tool.Run(_folder.Path, "query", "--trace", "t.arrow", Sql, "--format", "csv").Out);
        const string Kinds = "SELECT operation, start_ns FROM operations WHERE task < 0 ORDER BY start_ns";
        Assert.Equal(
            "operation,start_ns\ncpu_offline,2000\nlost_events,7000\n",
            Tool.Run(_folder.Path, "query", "--trace", "t.arrow", Kinds, "--format", "csv").Out);
    }

    private static IEnumerable<string> Recording(params string[] loss) =>
    [
        "# tracer: nop",
        Line(0, 100, "task_newtask: pid=11 comm=sh clone_flags=3d0f00 oom_score_adj=0"),
        Line(0, 200, "task_newtask: pid=12 comm=sh clone_flags=3d0f00 oom_score_adj=0"),
        Line(1, 250, "task_newtask: pid=13 comm=sh clone_flags=3d0f00 oom_score_adj=0"),
        Death(0, 300, 11),
        Death(0, 400, 12),
        .. loss,
        Line(1, 500, "task_newtask: pid=14 comm=sh clone_flags=3d0f00 oom_score_adj=0"),
        Line(0, 600, "task_newtask: pid=15 comm=sh clone_flags=3d0f00 oom_score_adj=0"),
        Line(0, 700, "task_newtask: pid=16 comm=sh clone_flags=3d0f00 oom_score_adj=0"),
    ];

    private static string Death(int cpu, int us, int pid) =>
        Line(cpu, us, $"sched_switch: prev_comm=sh prev_pid={pid} prev_prio=120 prev_state=X ==> next_comm=sh next_pid=10 next_prio=9", pid);

    private static string Line(int cpu, int us, string what, int pid = 10) =>
        FormattableString.Invariant($"              sh-{pid}      [{cpu:000}] .....     5.{us:000000}: {what}");

    private JsonDocument Run(string file, params string[] options)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["run", file, "--db", "r.duckdb", "--policy", "linux-5.18", .. options]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out);
    }
}
