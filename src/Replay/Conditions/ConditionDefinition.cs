using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Conditions;

/// <summary>The column of results that stores a condition.</summary>
/// <param name="Name">Name of the column; its unit is the last word.</param>
/// <param name="Value">A long, bool or text; never null.</param>
public sealed record ConditionColumn(string Name, Func<ReplayConditions, object> Value);

/// <summary>
/// Defines a condition of a replay. Command line, plan files, databases, comparisons and texts all follow from this definition. A new
/// condition needs a property of <see cref="ReplayConditions"/>, an entry of <see cref="All"/>, a script that adds its column, and code in
/// the replay that obeys it.
/// </summary>
public sealed record ConditionDefinition
{
    // A window takes a row of 48 bytes in every cell.
    private const long WindowsMax = 1_000_000;

    /// <summary>Its name: words joined by hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Its purpose in a sentence or two, for the help text.</summary>
    public required string Summary { get; init; }

    /// <summary>The form of its value, for the help text.</summary>
    public required string Form { get; init; }

    /// <summary>Values to choose from, each with its meaning; empty if any text of the form is allowed.</summary>
    public Func<IEnumerable<(string Text, string? Summary)>> Choices { get; init; } = () => [];

    /// <summary>Its value as a text that <see cref="Read"/> reads; empty if the condition is not set.</summary>
    public required Func<ReplayConditions, string> Print { get; init; }

    /// <summary>
    /// Reads a value from conditions, a text and a folder. The text may name a file, relative to the folder. Throws <see
    /// cref="FormatException"/> or <see cref="PolicyException"/> if the text is invalid.
    /// </summary>
    public required Func<ReplayConditions, string, string, ReplayConditions> Read { get; init; }

    /// <summary>Its part of a cell's id. Null where it adds nothing, so that ids from before the condition existed do not change.</summary>
    public required Func<ReplayConditions, string?> Key { get; init; }

    /// <summary>The position of <see cref="Key"/> in the id. A new condition comes last.</summary>
    public required int KeyPlace { get; init; }

    /// <summary>The note beside a table of results if the condition is not the default; null for no note.</summary>
    public Func<ReplayConditions, string>? Note { get; init; }

    /// <summary>The column of results that stores it; null if no column does.</summary>
    public ConditionColumn? Column { get; init; }

    /// <summary>Why it does not fit a recording; null if it fits.</summary>
    public Func<ReplayConditions, TraceFacts, string?> Misfit { get; init; } = (_, _) => null;

    /// <summary>True if the recording gives a value when the user does not; then rows contain that value.</summary>
    public bool IsOfRecording { get; init; }

    /// <summary>True if it may decide whether the replay caches a stack that the kernel cached. A comparison with the kernel has these
    /// conditions.</summary>
    public bool DecidesOutcomes { get; init; }

    /// <summary>The figures that depend on it, as a glob over column names; null if all do.</summary>
    public string? Figures { get; init; }

    /// <summary>All conditions, in the order in which they are shown.</summary>
    public static ImmutableArray<ConditionDefinition> All { get; } =
    [
        new()
        {
            Name = "cost-model",
            Summary = "Prices of stack operations: a shipped model (see forktrace list cost-models) or a file.",
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
            Summary = "Also count hits and stacks by windows of this length; for example 100ms. JSON shows them.",
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
            Summary = "Leave the start of the recording out of all figures; for example 1s, in which caches fill.",
            Form = "DURATION",
            Print = conditions => Duration(conditions.WarmupNs),
            Read = (conditions, text, _) => conditions with { WarmupNs = DurationText.ParseNs(text) },
            Key = conditions => conditions.WarmupNs > 0 ? $"warmup={Number(conditions.WarmupNs)}" : null,
            KeyPlace = 3,
            Note = conditions => $"{DurationText.Of(conditions.WarmupNs)} left out of all figures",
            Column = new("warmup_ns", conditions => conditions.WarmupNs),
            Misfit = (conditions, facts) => conditions.WarmupNs > 0 && facts.ClockUnit == "ns" && conditions.WarmupNs >= DurationNs(facts)
                ? string.Create(
                    CultureInfo.InvariantCulture, $"the warm-up leaves nothing of {facts.Trace}, which lasts {DurationNs(facts) / 1e6:0.###} ms")
                : null,
        },
        new()
        {
            Name = "start",
            Summary = "Contents of caches when the recording begins. both: rows start from empty caches and also show hits and mean cost "
                + "from full ones; empty: only from empty caches, without the second replay; full: rows start from full caches.",
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
            Summary = "Seed of everything that is modelled or random; the same seed gives the same rows.",
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
            Summary = "Model of unrecorded RCU callbacks; when and where they run. With always, of all callbacks. Example: "
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
            Summary = "Delay some stack releases, as readers of /proc do. SHARE%:DURATION (0.5%:200us) delays that share, each by the rest of a pin "
                + "of that length. Or give, per class of reader (stack, wchan, syscall, kthread-stop), the reads of each task per second: "
                + "wchan=10/5us,stack=0.5%:200us.",
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
                + "node0=0-15;node1=16-31;llc0=0-7;memoryless=1;..., or a file with either form or with the output of lscpu -p.",
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
            Summary = "Memory node of new stacks: local is the forking CPU's, interleave is all in turn, page by page (numactl --interleave).",
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
            Summary = "Modelled time until a workqueue does a vfree.",
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

    /// <summary>The conditions that a column of results stores.</summary>
    public static ImmutableArray<ConditionDefinition> Kept { get; } = [.. All.Where(condition => condition.Column is not null)];

    /// <summary>True if it has its default value.</summary>
    public bool IsDefault(ReplayConditions conditions) => Print(conditions) == Print(ReplayConditions.Default);

    /// <summary>The parts that conditions add to the id of a cell.</summary>
    internal static IEnumerable<string> KeysOf(ReplayConditions conditions) =>
        All.OrderBy(condition => condition.KeyPlace).Select(condition => condition.Key(conditions)).OfType<string>();

    private static ReplayConditions Of(ReplayConditions conditions, LifecycleConditions lifecycle) => conditions with { Lifecycle = lifecycle };

    private static string Duration(long ns) => ns == 0 ? "" : DurationText.Of(ns);

    private static string Number<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    private static ulong Seed(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
        ? seed
        : throw new FormatException($"'{text}' is not a whole number from 0 to {ulong.MaxValue}");

    private static long DurationNs(TraceFacts facts) => facts.ClockUnit == "ns" ? facts.LastNs - facts.FirstNs : 0;

    private static string? TopologyKey(MachineTopology? topology)
    {
        string nodes = topology is { NodeOfCpu.IsEmpty: false } ? $"nodes={string.Join(',', topology.NodeOfCpu)}" : "";
        string caches = topology is { CacheOfCpu.IsEmpty: false } ? $"caches={string.Join(',', topology.CacheOfCpu)}" : "";
        string memoryless = topology is { MemorylessNodes.IsEmpty: false } ? $"memoryless={string.Join(',', topology.MemorylessNodes)}" : "";
        string[] parts = [.. new[] { nodes, caches, memoryless }.Where(part => part.Length > 0)];
        return parts.Length == 0 ? null : string.Join('|', parts);
    }

    /// <summary>The values of an enumeration as lower-case words.</summary>
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
