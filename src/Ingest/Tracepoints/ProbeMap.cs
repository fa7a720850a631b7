namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// Says which of a user's own probes show what the kernel's stack cache did. If there is a map, only its probes count: events that would
/// show the same without a map are counted and left out, so that two sources never mix.
/// </summary>
/// <param name="Origin">Where the map comes from, for messages.</param>
/// <param name="Mappings">If several are for the same event, the first whose conditions hold applies.</param>
public sealed record ProbeMap(string Origin, ImmutableArray<ProbeMapping> Mappings)
{
    // The bits above contain a CPU, plus one; 0 for the CPU of the record.
    private const int CpuShift = 32;
    private const int NamesShown = 20;

    /// <summary>True for events that a replay uses. They cannot also serve as ground truth for it.</summary>
    public static bool IsReplayInput(string system, string name) => KnownTracepoints.All.Any(known =>
        known.System == system && known.Name == name && known.Kind is > EventKind.None and <= EventKind.RcuSoftirqExit
        && !EventKinds.IsGroundTruth(known.Kind));

    /// <summary>True if rows of that kind come only from the map, when there is one.</summary>
    public static bool Replaces(EventKind kind) => EventKinds.IsGroundTruth(kind);

    /// <summary>Kernel functions named in conditions.</summary>
    public IReadOnlyList<string> Functions =>
        [.. Mappings.SelectMany(mapping => mapping.Conditions).Select(condition => condition.Symbol).OfType<string>().Distinct()];

    public ImmutableArray<ProbeMapping> Of(string system, string name) =>
        [.. Mappings.Where(mapping => mapping.System == system && mapping.Name == name)];

    /// <summary>Rejects a trace that does not describe an event of the map with the fields that the map reads.</summary>
    internal void RequireIn(IReadOnlyCollection<EventFormat> formats, FunctionNames functions)
    {
        const string Hidden = "(no such function, or kernel.kptr_restrict hid it while recording)";
        if (Functions.FirstOrDefault(name => functions.AddressOf(name) == 0) is { } unknown)
            throw Unfit($"names the function {unknown}, but the trace's kallsyms gives no address for it {Hidden}");
        foreach (ProbeMapping mapping in Mappings)
        {
            if (formats.FirstOrDefault(format => format.System == mapping.System && format.Name == mapping.Name) is not { } found)
            {
                IEnumerable<EventFormat> ofSystem = formats.Where(format => format.System == mapping.System).Take(NamesShown);
                string there = string.Join(", ", ofSystem.Select(format => format.Name));
                string others = there.Length > 0
                    ? $"; events of {mapping.System} are {there}"
                    : $", nor any other event of {mapping.System}";
                throw Unfit($"maps the event {mapping.Event}, but the trace has no event of that name{others}");
            }

            string numbers = string.Join(", ", found.Fields.Select(other => other.Name).Where(other => IsNumber(found, other)));
            if (mapping.Fields.FirstOrDefault(field => !IsNumber(found, field)) is { } missing)
                throw Unfit($"reads the field '{missing}' of {mapping.Event}, which is not a number there; its numbers are {numbers}");
        }
    }

    private IngestException Unfit(string why) => new("probe_map", $"{Origin} {why}");

    private static bool IsNumber(EventFormat format, string field) => FieldAccess.Of(format, field, swap: false).Exists;

    /// <summary>The issue that describes the map in the facts of a trace.</summary>
    public ImportIssue Issue(long rows) => new(
        IssueSeverity.Information,
        "probe_map",
        "A probe map says what the kernel's stack cache did: "
        + string.Join("; ", Mappings.Select(mapping => $"{mapping.Event} means {ProbeMeanings.Name(mapping.Meaning)}")) + ".",
        rows);

    /// <summary>The value of a probe's row: 1, plus the CPU from a field, if any, until <see cref="Settle"/>.</summary>
    internal static long ValueOf(long? cpu) => cpu is >= 0 and < ushort.MaxValue ? 1 | ((cpu.Value + 1) << CpuShift) : 1;

    /// <summary>Moves rows to the CPU that their probe's field names; returns the number of rows from the map.</summary>
    internal static int Settle(EventColumns columns, int cpus)
    {
        int rows = 0;
        for (int row = 0; row < columns.Count; row++)
        {
            if (!EventKinds.IsGroundTruth(columns.Kinds[row]))
                continue;
            rows++;
            long cpu = (columns.Values[row] >> CpuShift) - 1;
            columns.Replace(row, cpu >= 0 && cpu < cpus ? (ushort)cpu : columns.Cpus[row], 1);
        }

        return rows;
    }
}
