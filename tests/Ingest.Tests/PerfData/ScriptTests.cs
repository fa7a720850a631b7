using System.Globalization;
using System.Text.RegularExpressions;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Compares every field of every event of a real recording with the output of perf script.</summary>
public partial class ScriptTests
{
    /// <summary>The text was made with <c>perf script --ns -i perf_file.data</c>.</summary>
    [Fact]
    public void Rows_are_the_lines_of_perf_script()
    {
        string text = Path.Combine(RepositoryFiles.Root, "tests", "Ingest.Tests", "PerfData", "expected", "perf_file.script_ns.txt");
        List<Recordings.Row> expected = [.. File.ReadLines(text).Select(Parse)];
        List<Recordings.Row> rows = Recordings.Rows(RepositoryFiles.SampleTrace("formats/perf_file.data"));
        Assert.Equal(1510, expected.Count);
        Assert.Equal(expected, rows);
    }

    // perf prints -1 as the tid if the task was already reaped. It is only used for events of a running task.
    private static Recordings.Row Parse(string line)
    {
        Match match = Line().Match(line);
        Assert.True(match.Success, line);
        int running = Number(match, "tid");
        string body = match.Groups["body"].Value;
        (EventKind kind, int tid, int other, string comm, long value) = match.Groups["event"].Value switch
        {
            "task:task_newtask" => (EventKind.NewTask, Int(body, "pid"), running, Text(body, "comm"), Hex(body, "clone_flags")),
            "sched:sched_process_fork" => (EventKind.Fork, Int(body, "child_pid"), Int(body, "pid"), Text(body, "child_comm"), 0),
            "sched:sched_process_exit" => (EventKind.Exit, Int(body, "pid"), -1, Text(body, "comm"), -1),
            "sched:sched_process_free" => (EventKind.Free, Int(body, "pid"), running, Text(body, "comm"), 0),
            "sched:sched_switch" => (
                EventKind.DeathSwitch, Int(body, "prev_pid"), Int(body, "next_pid"), Text(body, "prev_comm"),
                Text(body, "prev_state") == "X" ? 0x10 : 0x20),
            string unknown => throw new InvalidDataException(unknown),
        };
        long ns = (Number(match, "s") * 1_000_000_000L) + Number(match, "ns");
        return new Recordings.Row(ns, Number(match, "cpu"), kind, tid, other, comm, value);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static int Int(string body, string key) => int.Parse(Text(body, key), CultureInfo.InvariantCulture);

    private static long Hex(string body, string key) => long.Parse(Text(body, key), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Text(string body, string key) => Regex.Match(body, $@"(?:^|\s){key}=(\S*)").Groups[1].Value;

    [GeneratedRegex(@"^\s*(?<comm>.+?)\s+(?<tid>-?\d+) \[(?<cpu>\d+)\]\s+(?<s>\d+)\.(?<ns>\d{9}):\s+(?<event>\S+): (?<body>.*)$")]
    private static partial Regex Line();
}
