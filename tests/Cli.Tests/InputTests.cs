using System.Text;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Where a trace can come from, which part is used, and how missing data is reported.</summary>
public sealed class InputTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _make = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cat MAKE | $TOOL inspect - --json")]
    [InlineData("zstdcat MAKE | $TOOL inspect - --json")]
    [InlineData("$TOOL inspect - --json < MAKE")]
    [InlineData("$TOOL inspect <(zstdcat MAKE) --json")]
    [InlineData("mkfifo pipe; cat MAKE > pipe & $TOOL inspect pipe --json")]
    [InlineData("$TOOL ingest MAKE -o m.arrow > /dev/null; cat m.arrow | $TOOL inspect - --json")]
    public void A_pipe_is_as_good_as_a_file(string line)
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, line.Replace("MAKE", _make, StringComparison.Ordinal));
        Assert.Equal(("", 0), (outcome.Error, outcome.Code));
        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        Assert.Equal(361, document.RootElement.GetProperty("forks").GetInt32());
    }

    [Theory]
    [InlineData("ingest - -o x.arrow")]
    [InlineData("run -")]
    [InlineData("replay -")]
    [InlineData("export - -o x.csv")]
    [InlineData("validate -")]
    public void Every_command_that_reads_a_trace_reads_standard_input(string arguments)
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, $"$TOOL {arguments} < {_make}");
        Assert.Equal(0, outcome.Code);
        ToolOutcome empty = Tool.Shell(_folder.Path, $"$TOOL {arguments} < /dev/null");
        Assert.Equal((3, "forktrace: standard input is empty\n"), (empty.Code, empty.Error));
    }

    [Fact]
    public void Standard_input_leaves_no_file_behind()
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, $"mkdir t; TMPDIR=$PWD/t $TOOL inspect - < {_make} > /dev/null; ls -A t");
        Assert.Equal(("", ""), (outcome.Out, outcome.Error));
        Assert.Equal(0, Tool.Shell(_folder.Path, $"$TOOL ingest - < {_make}").Code);
        Assert.Contains("stdin.arrow", _folder.Names);
    }

    [Fact]
    public void Gaps_that_overlap_are_counted_once_in_time()
    {
        SyntheticTrace trace = new()
        {
            Lost = 7,
            Losses = [new LossInterval(0, 1000, 9000, 3), new LossInterval(0, 1000, 9000, 4), new LossInterval(0, 2000, long.MaxValue, -1)],
        };
        trace.Die(9000, 0, trace.Fork(1000, 0));
        _folder.Put("overlapping.arrow", trace.ToTable());
        string text = Tool.Run(_folder.Path, "inspect", "overlapping.arrow").Out;
        Assert.Contains("CPU 0: at least 7 events in 3 gaps, 8.00 us of its time (100.0 %)", text, StringComparison.Ordinal);
    }

    /// <summary>perf.data counts events of the tracepoints, but its gaps count records of any kind.</summary>
    [Theory]
    [InlineData(5, "5 events lost in 1 gap; the gaps count 7 lost records, of events and other kinds", "7 records in 1 gap")]
    [InlineData(9, "9 events lost in 1 gap; the gaps account for 7 of them", "7 events in 1 gap")]
    [InlineData(0, "7 records lost in 1 gap; how many of them are events is not recorded", "7 records in 1 gap")]
    [InlineData(7, "7 events lost in 1 gap\n", "7 events in 1 gap")]
    public void The_counts_of_lost_events_and_of_gaps_say_what_they_count(long lost, string sum, string gaps)
    {
        SyntheticTrace trace = new() { Lost = lost, Losses = [new LossInterval(0, 1000, 9000, 7)] };
        trace.Die(9000, 0, trace.Fork(1000, 0));
        _folder.Put("gap.arrow", trace.ToTable());
        string text = Tool.Run(_folder.Path, "inspect", "gap.arrow", "--wide").Out;
        Assert.Contains($"data loss   {sum}", text, StringComparison.Ordinal);
        Assert.Contains($"CPU 0: {gaps}", text, StringComparison.Ordinal);
    }

    /// <summary>If one end of a time range is unknown, no duration is shown.</summary>
    [Fact]
    public void The_time_of_one_event_is_a_moment_and_of_none_unknown()
    {
        const string Line = "              sh-1       [001] .....     5.000001: ";
        _folder.Put("one.txt", Encoding.UTF8.GetBytes("# tracer: nop\n" + Line + "sched_process_exit: comm=sh pid=1 prio=120\n"));
        _folder.Put("none.txt", Encoding.UTF8.GetBytes("# tracer: nop\n" + Line + "vfs_open: x\n"));
        string one = Tool.Run(_folder.Path, "inspect", "one.txt").Out, none = Tool.Run(_folder.Path, "inspect", "none.txt").Out;
        Assert.Contains("time        one moment, 5.000001 s of the clock", one, StringComparison.Ordinal);
        Assert.Contains("time        unknown: no event is kept\n", none, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/urandom")]
    public void A_device_without_an_end_is_rejected_at_once(string device)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "inspect", device);
        Assert.Equal(3, outcome.Code);
        Assert.StartsWith($"forktrace: {device} is a device or another file without a length", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packed_file_is_unpacked_to_a_limit()
    {
        foreach (string command in (string[])["inspect", "run", "ingest", "export -o x.csv", "replay", "validate", "calibrate"])
        {
            ToolOutcome outcome = Tool.Run(_folder.Path, [.. command.Split(' '), _make, "--max-unpacked", "64K"]);
            Assert.Equal(3, outcome.Code);
            Assert.Contains("more than 65536 bytes", outcome.Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, Tool.Run(_folder.Path, "inspect", _make, "--max-unpacked", "8g").Code);
        ToolOutcome mistaken = Tool.Run(_folder.Path, "inspect", _make, "--max-unpacked", "1.5G");
        Assert.Equal(2, mistaken.Code);
        Assert.Contains("--max-unpacked is '1.5G', but must be a number of bytes", mistaken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_files_are_merged_or_rejected_in_one_line()
    {
        string other = RepositoryFiles.SampleTrace("formats/v7_default.dat");
        ToolOutcome outcome = Tool.Run(_folder.Path, "ingest", _make, other, "-o", "both.arrow");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("the files cannot be merged by time", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.Equal(2, Tool.Run(_folder.Path, "ingest", _make, "missing", "-o", "both.arrow").Code);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_part_is_taken_and_the_cut_is_said_in_facts_and_issues()
    {
        string[] conditions = ["--from", "+0.5", "--to", "+1.0", "--comm", "cc*", "--comm", "as"];
        ToolOutcome outcome = Tool.Run(_folder.Path, ["ingest", _make, .. conditions, "--json", "-o", "part.arrow"]);
        Assert.Equal(0, outcome.Code);
        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        JsonElement filter = document.RootElement.GetProperty("filter");
        Assert.Equal("--from +0.5 --to +1 --comm 'cc*' --comm 'as'", filter.GetProperty("conditions").GetString());
        using EventTable part = EventFile.Open(_folder.Of("part.arrow"));
        Assert.Equal(filter.GetProperty("events_cut").GetInt64(), 2218 - part.Count);
        Assert.InRange(part.Count, 10, 2000);
        JsonElement issues = document.RootElement.GetProperty("issues");
        Assert.Contains(issues.EnumerateArray(), issue => issue.GetProperty("code").GetString() == "filtered");
        Assert.Contains("Cut by --from +0.5", Tool.Run(_folder.Path, "replay", "part.arrow").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_and_the_whole_are_two_traces_in_a_database()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "run", _make).Code);
        Assert.Equal(0, Tool.Run(_folder.Path, "run", _make, "--cpu", "1").Code);
        const string Sql = "SELECT count(*) AS n, count(DISTINCT digest) AS m FROM traces";
        ToolOutcome outcome = Tool.Run(_folder.Path, "query", "results.duckdb", Sql, "--format", "csv");
        Assert.Equal("n,m\n2,2\n", outcome.Out);
    }

    [Fact]
    public void Losses_are_above_every_table_and_strict_rejects_them()
    {
        SyntheticTrace trace = new()
        {
            Cpus = 2,
            Lost = 12,
            Losses = [new LossInterval(0, 2000, 5000, 12), new LossInterval(1, long.MinValue, long.MaxValue, -1)],
        };
        int parent = trace.NewTaskId();
        trace.AllocateTask(1500, 0, parent);
        trace.Fork(6000, 0, parent);
        trace.Die(9000, 1, trace.Fork(1000, 0));
        _folder.Put("lossy.arrow", trace.ToTable());
        foreach (string command in (string[])["inspect", "replay", "run"])
        {
            ToolOutcome outcome = Tool.Run(_folder.Path, command, "lossy.arrow");
            Assert.Equal(0, outcome.Code);
            Assert.Contains("12 events lost in 2 gaps", outcome.Out, StringComparison.Ordinal);
            Assert.Contains(
                "CPU 0: 12 events in 1 gap, 3.00 us of its time (37.5 %): 0.000002 to 0.000005 s\n", outcome.Out, StringComparison.Ordinal);
            Assert.Contains("CPU 1: an unknown number of events in 1 gap, at an unknown time", outcome.Out, StringComparison.Ordinal);
            bool isReplayed = command != "inspect";
            Assert.Equal(isReplayed, outcome.Out.Contains("1 allocations of a task_struct, whose forks", StringComparison.Ordinal));
            int table = outcome.Out.IndexOf("Policy", StringComparison.Ordinal);
            Assert.True(table < 0 || outcome.Out.IndexOf("events lost", StringComparison.Ordinal) < table);
            Assert.Equal(3, Tool.Run(_folder.Path, command, "lossy.arrow", "--strict").Code);
        }

        Assert.Equal(3, Tool.Run(_folder.Path, "export", "lossy.arrow", "--strict", "-o", "x.csv").Code);
        Assert.Contains("12 events lost", Tool.Run(_folder.Path, "export", "lossy.arrow", "-o", "x.csv").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Forks_that_are_perfs_own_records_are_named_as_evidence()
    {
        string[] lines =
        [
            "              sh     5 [000]     0.100000000: PERF_RECORD_FORK(100:100):(5:5)",
            "            true   100 [001]     0.200000000: PERF_RECORD_EXIT(100:100):(5:5)",
        ];
        File.WriteAllLines(Path.Combine(_folder.Path, "script.txt"), lines);
        ToolOutcome outcome = Tool.Run(_folder.Path, "inspect", "script.txt");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("inferred: PERF_RECORD_FORK,", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("inferred: PERF_RECORD_EXIT,", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("warning: No tracepoint reports forks: perf's own FORK records were used", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_buffer_can_be_chosen_by_name()
    {
        string trace = RepositoryFiles.SampleTrace("formats/v7_default.dat");
        Assert.Equal(0, Tool.Run(_folder.Path, "inspect", trace, "--instance", "top").Code);
        ToolOutcome unknown = Tool.Run(_folder.Path, "inspect", trace, "--instance", "nope");
        Assert.Equal(3, unknown.Code);
        Assert.Contains("has no ring buffer 'nope'; it has top", unknown.Error, StringComparison.Ordinal);
        ToolOutcome foreign = Tool.Run(_folder.Path, "inspect", _make, "--instance", "top");
        Assert.Equal(3, foreign.Code);
        Assert.Contains("perf.data has no ring buffers to choose from", foreign.Error, StringComparison.Ordinal);
    }
}
