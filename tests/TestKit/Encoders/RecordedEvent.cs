using System.Globalization;
using System.Text.RegularExpressions;

namespace ForkTrace.TestKit.Encoders;

/// <summary>
/// An event of the shipped recording <c>formats/perf_file.data</c> with all its fields, as <c>perf script --ns</c> printed it. The encoders
/// of other formats use these events, so they do not depend on this project's readers.
/// </summary>
/// <param name="TimeNs">Nanoseconds of the recording's clock.</param>
/// <param name="Cpu">The CPU.</param>
/// <param name="Running">The running thread.</param>
/// <param name="RunningComm">Its comm.</param>
/// <param name="Name">The event's name without its system.</param>
/// <param name="Fields">Values, by the kernel's field names.</param>
public sealed partial record RecordedEvent(
    long TimeNs, int Cpu, int Running, string RunningComm, string Name, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>Name of the recording, below sample-traces.</summary>
    public const string Recording = "formats/perf_file.data";

    public int Int(string field) => int.Parse(Fields[field], CultureInfo.InvariantCulture);

    public string Text(string field) => Fields[field];

    public ulong CloneFlags => ulong.Parse(Fields["clone_flags"], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>prev_state as the kernel records it.</summary>
    public int PrevState => Fields["prev_state"] switch { "X" => 0x10, "Z" => 0x20, _ => 0 };

    /// <summary>All events, in order of time.</summary>
    public static List<RecordedEvent> All()
    {
        string text = Path.Combine(RepositoryFiles.Root, "tests", "Ingest.Tests", "PerfData", "expected", "perf_file.script_ns.txt");
        return [.. File.ReadLines(text).Select(Parse).OrderBy(one => one.TimeNs)];
    }

    private static RecordedEvent Parse(string line)
    {
        Match match = Line().Match(line);
        if (!match.Success)
            throw new InvalidDataException(line);
        Dictionary<string, string> fields = [];
        foreach (Match field in Field().Matches(match.Groups["body"].Value))
            fields[field.Groups[1].Value] = field.Groups[2].Value;
        string name = match.Groups["event"].Value.Split(':')[1];
        if (name == "sched_process_fork")
            (fields["parent_comm"], fields["parent_pid"]) = (fields["comm"], fields["pid"]);

        // perf cannot name a thread that has been reaped. In the thread's last switch, it is the previous thread.
        int running = Number(match, "tid");
        string comm = match.Groups["comm"].Value;
        if (name == "sched_switch")
            (running, comm) = (int.Parse(fields["prev_pid"], CultureInfo.InvariantCulture), fields["prev_comm"]);
        long timeNs = (Number(match, "s") * 1_000_000_000L) + Number(match, "ns");
        return new RecordedEvent(timeNs, Number(match, "cpu"), running, comm, name, fields);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<comm>.+?)\s+(?<tid>-?\d+) \[(?<cpu>\d+)\]\s+(?<s>\d+)\.(?<ns>\d{9}):\s+(?<event>\S+): (?<body>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"(\w+)=(\S+)")]
    private static partial Regex Field();
}
