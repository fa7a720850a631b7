namespace ForkTrace.Events;

/// <summary>The facts about a recording apart from its events. They are stored in the schema metadata of the Arrow file.</summary>
public sealed record TraceFacts
{
    /// <summary>Code of the issue: the forks come from perf's own FORK records.</summary>
    public const string ForkRecordsCode = "fork_records";

    /// <summary>Code of the issue: the exits come from perf's own EXIT records.</summary>
    public const string ExitRecordsCode = "exit_records";

    /// <summary>The code of the issue that only tasks of one command were recorded.</summary>
    public const string SingleTasksCode = "single_tasks";

    /// <summary>The code of the issue that a filter has left tasks out (a warning), or none (information).</summary>
    public const string FilteredCode = "filtered";

    /// <summary>File name of the recording, without folder.</summary>
    public string Trace { get; init; } = "";

    /// <summary>Name of the format that was read, e.g. <c>perf.data</c>, with its version if it has one.</summary>
    public required string Format { get; init; }

    /// <summary>
    /// <see cref="RecordingDigest"/> of the input file's bytes as stored on disk. For a filtered trace: computed from that and the
    /// conditions of <see cref="Filter"/>, because it is a different trace.
    /// </summary>
    public string Digest { get; init; } = "";

    /// <summary>Length of the input file in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Kernel release (<c>uname -r</c>) of the recorded machine; empty if the trace does not say.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>Machine architecture (<c>uname -m</c>); empty if the trace does not say.</summary>
    public string Machine { get; init; } = "";

    /// <summary>
    /// Name of the machine (<c>uname -n</c>) as the recorder wrote it down: HOSTNAME of perf.data, the option UNAME of trace.dat. Empty
    /// where the trace does not say. It may be any text.
    /// </summary>
    public string Host { get; init; } = "";

    /// <summary>How the recorded kernel was built, from the file that <c>forktrace record</c> writes next to the recording.</summary>
    public KernelFacts KernelFacts { get; init; } = KernelFacts.Unknown;

    /// <summary>Trace clock, by ftrace's name (<c>local</c>, <c>mono</c>, ...); perf's default clock is <c>perf</c>.</summary>
    public string Clock { get; init; } = "";

    /// <summary>Unit of the time column: <c>ns</c>, or <c>ticks</c> for clocks that cannot be converted.</summary>
    public string ClockUnit { get; init; } = "ns";

    /// <summary>Nanoseconds to add to a time to get Unix time; null if the recorder did not store it.</summary>
    public long? WallClockOffsetNs { get; init; }

    /// <summary>CPUs of the recorded machine (highest CPU seen + 1 if the trace does not say).</summary>
    public int Cpus { get; init; }

    /// <summary>NUMA node of each CPU, empty where unknown.</summary>
    public ImmutableArray<int> CpuNodes { get; init; } = [];

    /// <summary>Group of CPUs that share a last-level cache, for each CPU; -1 if not given; empty if unknown.</summary>
    public ImmutableArray<int> CpuCaches { get; init; } = [];

    /// <summary>Command line of the recorder; empty if the trace does not say. Shows the filters in use.</summary>
    public string Recorder { get; init; } = "";

    /// <summary>Time of the first and last stored event, nanoseconds of the trace clock; 0 when there is none.</summary>
    public long FirstNs { get; init; }

    /// <inheritdoc cref="FirstNs"/>
    public long LastNs { get; init; }

    /// <summary>Events of the recording that were read, of all kinds.</summary>
    public long EventsTotal { get; init; }

    /// <summary>Events kept as rows.</summary>
    public long EventsStored { get; init; }

    /// <summary>Events read, by kind name (<see cref="EventKinds.Name"/>), whether stored or only counted.</summary>
    public ImmutableSortedDictionary<string, long> EventsByKind { get; init; } = Empty;

    /// <summary>Events read that do not affect stacks, by <c>system:name</c>.</summary>
    public ImmutableSortedDictionary<string, long> EventsSkipped { get; init; } = Empty;

    /// <summary>
    /// Events that the recorder dropped, if it counted them. <see cref="Losses"/> can sum to more, because the gaps of perf.data count
    /// records of any kind.
    /// </summary>
    public long Lost { get; init; }

    /// <summary>Where events were dropped.</summary>
    public ImmutableArray<LossInterval> Losses { get; init; } = [];

    /// <summary>Issues that the reader found.</summary>
    public ImmutableArray<ImportIssue> Issues { get; init; } = [];

    /// <summary>Conditions that removed tasks, as on the command line; empty if the trace is whole.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Rows that <see cref="Filter"/> removed.</summary>
    public long EventsCut { get; init; }

    /// <summary>Tasks that <see cref="Filter"/> removed.</summary>
    public int TasksCut { get; init; }

    /// <summary>Number of different tasks among the rows: dense task ids are 0 .. Tasks - 1.</summary>
    public int Tasks { get; init; }

    /// <summary>
    /// Paths of the cgroups in <see cref="EventKind.Cgroup"/> rows, by their values; 0 is "", for unknown. Empty if the recording does not
    /// name cgroups. Bytes are escaped as in <see cref="CommTable"/>.
    /// </summary>
    public ImmutableArray<string> Cgroups { get; init; } = [];

    /// <summary>sizeof(struct task_struct) as seen in its allocations; 0 if none was recorded.</summary>
    public int TaskStructBytes { get; init; }

    private static ImmutableSortedDictionary<string, long> Empty { get; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>New tasks: task_newtask events, else sched_process_fork events.</summary>
    public long Forks => CountOf(EventKind.NewTask) is > 0 and long created ? created : CountOf(EventKind.Fork);

    /// <summary>True if events that happened are missing: the recorder dropped some, or the reader had to.</summary>
    public bool HasDataLoss => Lost > 0 || !Losses.IsEmpty || Issues.Any(issue => issue.Severity == IssueSeverity.DataLoss);

    /// <summary>
    /// True if tasks that ran on the recorded CPUs are missing, though they shared caches with the others: not recorded, or left out by a filter.
    /// </summary>
    public bool LacksTasks =>
        HasIssue(SingleTasksCode) || Issues.Any(issue => issue is { Code: FilteredCode, Severity: IssueSeverity.Warning });

    /// <summary>True if there is an issue of that code.</summary>
    public bool HasIssue(string code) => Issues.Any(issue => issue.Code == code);

    /// <summary>Events read of one kind.</summary>
    public long CountOf(EventKind kind) => EventsByKind.GetValueOrDefault(EventKinds.Name(kind));
}

/// <summary>Events that the recorder dropped on one CPU between two times.</summary>
/// <param name="Cpu">The CPU whose buffer overflowed; -1 if the trace does not say.</param>
/// <param name="FromNs">Time of the last event before the gap, in nanoseconds of the trace clock; long.MinValue if none.</param>
/// <param name="ToNs">Time of the first event after the gap, ns; long.MaxValue if none.</param>
/// <param name="Events">Number of dropped events, for perf.data of dropped records of any kind; -1 if the trace does not say.</param>
public sealed record LossInterval(int Cpu, long FromNs, long ToNs, long Events);

/// <summary>Something the reader found and the user must know. It is shown above every table made from the trace.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">Stable snake-case name of the kind of issue, e.g. <c>lost_events</c>.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Count">How many times it happened.</param>
public sealed record ImportIssue(IssueSeverity Severity, string Code, string Message, long Count);

/// <summary>How much an <see cref="ImportIssue"/> matters for results from the trace.</summary>
public enum IssueSeverity
{
    /// <summary>Worth knowing; changes no figure.</summary>
    Information,

    /// <summary>Something was legal but unknown, or was repaired; figures may change slightly.</summary>
    Warning,

    /// <summary>Events are missing; figures over the affected interval differ from the machine's.</summary>
    DataLoss,
}

/// <summary>Names of <see cref="IssueSeverity"/> in snake case, as used in files, JSON and SQL.</summary>
public static class SeverityNames
{
    /// <summary><c>information</c>, <c>warning</c>, <c>data_loss</c>.</summary>
    public static string Of(IssueSeverity severity) => severity switch
    {
        IssueSeverity.DataLoss => "data_loss",
        IssueSeverity.Warning => "warning",
        _ => "information",
    };

    /// <exception cref="FormatException">There is no severity of that name.</exception>
    public static IssueSeverity Parse(string name) => name switch
    {
        "data_loss" => IssueSeverity.DataLoss,
        "warning" => IssueSeverity.Warning,
        "information" => IssueSeverity.Information,
        _ => throw new FormatException($"'{name}' is not a severity."),
    };
}
