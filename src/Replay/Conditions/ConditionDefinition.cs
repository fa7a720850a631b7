using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Conditions;

/// <summary>How a condition is kept in a row of results.</summary>
/// <param name="Name">Name of the column; its unit is the last word.</param>
/// <param name="Value">A long, bool or text, which is not null.</param>
public sealed record ConditionColumn(string Name, Func<ReplayConditions, object> Value);

/// <summary>
/// A condition of a replay: all that command line, plan files, databases, comparisons and texts know of it. A new one is a property of
/// <see cref="ReplayConditions"/>, an entry of <see cref="All"/>, a script that adds its column, and what the replay makes of it.
/// </summary>
public sealed record ConditionDefinition
{
    // A window is a row of 48 bytes in every cell.
    private const long WindowsMax = 1_000_000;

    /// <summary>Its name, words joined by hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in a sentence or two, for a user.</summary>
    public required string Summary { get; init; }

    /// <summary>The form of its text, for a user.</summary>
    public required string Form { get; init; }

    /// <summary>Texts to choose from, each with what it means; none where any text of the form will do.</summary>
    public Func<IEnumerable<(string Text, string? Summary)>> Choices { get; init; } = () => [];

    /// <summary>Its whole text, which <see cref="Read"/> reads; empty for one that is not there.</summary>
    public required Func<ReplayConditions, string> Print { get; init; }

    /// <summary>
    /// Reads a text, or the file that it names, relative to a folder. Throws <see cref="FormatException"/> or
    /// <see cref="PolicyException"/> for what it is not.
    /// </summary>
    public required Func<ReplayConditions, string, string, ReplayConditions> Read { get; init; }

    /// <summary>Its part of a cell's id; null where it has none, so that ids from before it existed stay.</summary>
    public required Func<ReplayConditions, string?> Key { get; init; }

    /// <summary>The place of <see cref="Key"/> among the others: that of a new condition is the last.</summary>
    public required int KeyPlace { get; init; }

    /// <summary>What is said of it beside a table of results, where it is not the default; null for nothing.</summary>
    public Func<ReplayConditions, string>? Note { get; init; }

    /// <summary>The column of results that keeps it; null for one that is kept otherwise.</summary>
    public ConditionColumn? Column { get; init; }

    /// <summary>Why it does not fit a recording; null if it does.</summary>
    public Func<ReplayConditions, TraceFacts, string?> Misfit { get; init; } = (_, _) => null;

    /// <summary>True if the recording says what it is where nobody asks: rows have it then too.</summary>
    public bool IsOfRecording { get; init; }

    /// <summary>True if it may decide whether a stack that the kernel cached was cached: what a comparison with the kernel has.</summary>
    public bool DecidesOutcomes { get; init; }

    /// <summary>Columns of the figures that depend on it, as a glob; null for all.</summary>
    public string? Figures { get; init; }

    /// <summary>All conditions, in the order in which they are shown.</summary>
    public static ImmutableArray<ConditionDefinition> All { get; } =
    [
        new()
        {
            Name = "cost-model",
            Summary = "What a fork pays for its stack: a shipped model (see forktrace list cost-models) or a file.",
            Form = "NAME|FILE",
            Choices = () => CostModelCatalog.All.Select(model => (model.Name, (string?)model.Summary)),
            Print = conditions => conditions.CostModelName,
            Read = (conditions, text, folder) => conditions with { Costs = CostModelCatalog.Load(text, folder) },
            Key = conditions => $"{conditions.Costs.Name}@{conditions.Costs.Fingerprint}",
            KeyPlace = 0,
        },
        new()
        {
            Name = "window",
            Summary = "Count hits and stacks by windows of this length (100ms); JSON shows them.",
            Form = "DURATION",
            Print = conditions => Duration(conditions.WindowNs),
            Read = (conditions, text, _) => conditions with { WindowNs = DurationText.ParseNs(text) },
            Key = conditions => Number(conditions.WindowNs),
            KeyPlace = 2,
            Misfit = (conditions, facts) => conditions.WindowNs > 0 && DurationNs(facts) / conditions.WindowNs >= WindowsMax
                ? $"{facts.Trace} would have more than {WindowsMax} windows"
                : null,
        },
        new()
        {
            Name = "warmup",
            Summary = "Leave this time (1s) out of all figures at the start: caches fill in it.",
            Form = "DURATION",
            Print = conditions => Duration(conditions.WarmupNs),
            Read = (conditions, text, _) => conditions with { WarmupNs = DurationText.ParseNs(text) },
            Key = conditions => conditions.WarmupNs > 0 ? $"warmup={Number(conditions.WarmupNs)}" : null,
            KeyPlace = 3,
            Note = conditions => $"{DurationText.Of(conditions.WarmupNs)} left out of all figures",
            Column = new("warmup_ns", conditions => conditions.WarmupNs),
            Misfit = (conditions, facts) => conditions.WarmupNs > 0 && facts.ClockUnit == "ns" && conditions.WarmupNs >= DurationNs(facts)
                ? string.Create(CultureInfo.InvariantCulture, $"nothing is left of {facts.Trace}, which lasts {DurationNs(facts) / 1e6:0.###} ms")
                : null,
        },
        new()
        {
            Name = "start",
            Summary = "What caches hold when the recording begins. both: rows are from empty caches, with hits and mean cost from full ones "
                + "beside them; empty saves the second replay; full: rows are from full caches.",
            Form = "both|empty|full",
            Choices = () => [("both", null), ("empty", null), ("full", null)],
            Print = conditions => Words.Of(conditions.Start),
            Read = (conditions, text, _) => conditions with { Start = Words.Parse<CacheStart>(text) },
            Key = conditions => conditions.Start == CacheStart.Full ? "start=full" : null,
            KeyPlace = 7,
            Column = new("starts_full", conditions => conditions.Start == CacheStart.Full),
        },
        new()
        {
            Name = "seed",
            Summary = "Drives what is modelled or drawn; the same seed gives the same rows.",
            Form = "N",
            Print = conditions => Number(conditions.Seed),
            Read = (conditions, text, _) => conditions with { Seed = Seed(text) },
            Key = conditions => Number(conditions.Seed),
            KeyPlace = 1,
            Note = conditions => Number(conditions.Seed),
            DecidesOutcomes = true,
        },
        new()
        {
            Name = "rcu-model",
            Summary = "RCU callbacks that the recording lacks: when and where they run; always: all of them. "
                + "hz=1000,nocb=1-7,on=0,lazy=10s,always",
            Form = "NAME=VALUE,...",
            Print = conditions => conditions.Lifecycle.Rcu.ToString(),
            Read = (conditions, text, _) => Of(conditions, conditions.Lifecycle with { Rcu = RcuModel.Parse(text) }),
            Key = conditions => conditions.Lifecycle.Rcu.IsDefault ? null : $"rcu={conditions.Lifecycle.Rcu}",
            KeyPlace = 5,
            Note = conditions => conditions.Lifecycle.Rcu.ToString(),
            Column = new("rcu_model", conditions => conditions.Lifecycle.Rcu.IsDefault ? "" : conditions.Lifecycle.Rcu.ToString()),
            Misfit = (conditions, facts) => conditions.Lifecycle.RcuMisfit(facts),
            DecidesOutcomes = true,
        },
        new()
        {
            Name = "pins",
            Summary = "Delay some stack releases, as readers of /proc do: this share, each for what is left of a pin of this length: 0.5%:200us; or by "
                + "class of reader (stack, wchan, syscall, kthread-stop) and reads of each task per second: wchan=10/5us,stack=0.5%:200us.",
            Form = "SHARE%:DURATION|CLASS=READS/DURATION,...",
            Choices = () => PinReader.All.Select(reader => ($"{reader.Name}=", (string?)reader.Function)),
            Print = conditions => conditions.Lifecycle.Pins?.ToString() ?? "",
            Read = (conditions, text, _) => Of(conditions, conditions.Lifecycle with { Pins = PinModel.Parse(text) }),
            Key = conditions => conditions.Lifecycle.Pins is { } pins ? $"pins={pins}" : null,
            KeyPlace = 6,
            Note = conditions => $"{conditions.Lifecycle.Pins}: modelled",
            Column = new("pins", conditions => conditions.Lifecycle.Pins?.ToString() ?? ""),
            Misfit = (conditions, facts) => conditions.Lifecycle.Pins?.Misfit(facts),
            DecidesOutcomes = true,
        },
        new()
        {
            Name = "topology",
            Summary = "Memory nodes and last-level caches of the CPUs; instead of the recording's own: 0-15:0,16-31:1, or "
                + "node0=0-15;node1=16-31;llc0=0-7;memoryless=1;..., or a file with either or with the output of lscpu -p.",
            Form = "TEXT|FILE",
            Print = conditions => conditions.Lifecycle.Topology?.ToString() ?? "",
            Read = (conditions, text, folder) => Of(conditions, conditions.Lifecycle with { Topology = MachineTopology.Read(text, folder) }),
            Key = conditions => TopologyKey(conditions.Lifecycle.Topology),
            KeyPlace = 4,
            Note = conditions => conditions.Lifecycle.Topology?.ToString() ?? "",
            Column = new("topology", conditions => conditions.Lifecycle.Topology?.ToString() ?? ""),
            Misfit = (conditions, facts) => conditions.Lifecycle.TopologyMisfit(facts),
            IsOfRecording = true,
            DecidesOutcomes = true,
        },
        new()
        {
            Name = "node-memory",
            Summary = "Which node new stacks are on: that of the forking CPU, or all in turn, page by page, as under numactl --interleave.",
            Form = "local|interleave",
            Choices = () => [("local", null), ("interleave", null)],
            Print = conditions => Words.Of(conditions.NodeMemory),
            Read = (conditions, text, _) => conditions with { NodeMemory = Words.Parse<NodeMemory>(text) },
            Key = conditions => conditions.NodeMemory == NodeMemory.Local ? null : $"node-memory={Words.Of(conditions.NodeMemory)}",
            KeyPlace = 9,
            Note = conditions => Words.Of(conditions.NodeMemory),
            Column = new("node_memory", conditions => conditions.NodeMemory == NodeMemory.Local ? "" : Words.Of(conditions.NodeMemory)),
            DecidesOutcomes = true,
        },
        new()
        {
            Name = "vfree-delay",
            Summary = "How long a workqueue takes for a vfree.",
            Form = "DURATION",
            Print = conditions => DurationText.Of(conditions.VfreeDelayNs),
            Read = (conditions, text, _) => conditions with { VfreeDelayNs = DurationText.ParseNs(text) },
            Key = conditions => conditions.VfreeDelayNs == ReplayConditions.Default.VfreeDelayNs ? null : $"vfree={Number(conditions.VfreeDelayNs)}",
            KeyPlace = 8,
            Note = conditions => DurationText.Of(conditions.VfreeDelayNs),
            Column = new("vfree_delay_ns", conditions => conditions.VfreeDelayNs),
            Figures = "vfree_*_bytes",
        },
    ];

    /// <summary>Those that a column of results keeps.</summary>
    public static ImmutableArray<ConditionDefinition> Kept { get; } = [.. All.Where(condition => condition.Column is not null)];

    /// <summary>True if it is as nobody asked for another.</summary>
    public bool IsDefault(ReplayConditions conditions) => Print(conditions) == Print(ReplayConditions.Default);

    /// <summary>What conditions have in the id of a cell.</summary>
    internal static IEnumerable<string> KeysOf(ReplayConditions conditions) =>
        All.OrderBy(condition => condition.KeyPlace).Select(condition => condition.Key(conditions)).OfType<string>();

    private static ReplayConditions Of(ReplayConditions conditions, LifecycleConditions lifecycle) => conditions with { Lifecycle = lifecycle };

    private static string Duration(long ns) => ns == 0 ? "" : DurationText.Of(ns);

    private static string Number<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    private static ulong Seed(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
        ? seed
        : throw new FormatException($"'{text}' is no whole number from 0 to {ulong.MaxValue}");

    private static long DurationNs(TraceFacts facts) => facts.ClockUnit == "ns" ? facts.LastNs - facts.FirstNs : 0;

    private static string? TopologyKey(MachineTopology? topology)
    {
        string nodes = topology is { NodeOfCpu.IsEmpty: false } ? $"nodes={string.Join(',', topology.NodeOfCpu)}" : "";
        string caches = topology is { CacheOfCpu.IsEmpty: false } ? $"caches={string.Join(',', topology.CacheOfCpu)}" : "";
        string memoryless = topology is { MemorylessNodes.IsEmpty: false } ? $"memoryless={string.Join(',', topology.MemorylessNodes)}" : "";
        string[] parts = [.. new[] { nodes, caches, memoryless }.Where(part => part.Length > 0)];
        return parts.Length == 0 ? null : string.Join('|', parts);
    }

    /// <summary>Words for the values of an enumeration.</summary>
    private static class Words
    {
        public static string Of<T>(T value)
            where T : struct, Enum => value.ToString().ToLowerInvariant();

        public static T Parse<T>(string text)
            where T : struct, Enum
        {
            string[] known = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
            int index = Array.IndexOf(known, text);
            return index >= 0 ? Enum.GetValues<T>()[index] : throw new FormatException($"'{text}' must be {string.Join(" or ", known)}");
        }
    }
}
