using ForkTrace.Events.Synthesis;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Conformance;

/// <summary>The same replay done another way: on threads, in one pass, against a bound.</summary>
internal static class RepeatChecks
{
    public static void RequireDeterminism(PolicyEntry policy)
    {
        EventTable events = RandomLoad.Make(4, 2000, 4).ToTable();
        ReplayPlan plan = ConformanceReplay.Plan(policy, policy.Descriptor.Name, "linux-4.9", "linux-5.18", "magazine") with { Reuse = true };
        ImmutableArray<CellResult> once = ReplayEngine.Run(events, plan with { Threads = 1 });
        ImmutableArray<CellResult> again = ReplayEngine.Run(events, plan with { Threads = 3 });
        for (int cell = 0; cell < once.Length; cell++)
        {
            string? difference = RowDifference.Between(once[cell], again[cell]);
            ConformanceSuite.Require(difference is null, $"{once[cell].Policy}, on 1 thread and on 3: {difference}");
        }
    }

    public static void RequireOnePass(PolicyEntry policy)
    {
        if (!policy.Descriptor.OnlyCounts)
            return;
        RequireOnePass(policy, RandomLoad.MakeWithHotplug(5, 2000, 3).ToTable());
        RequireOnePass(policy, RandomLoad.MakeWithLosses(6, 2000, 3).ToTable());
    }

    private static void RequireOnePass(PolicyEntry policy, EventTable events)
    {
        const int CapacityMax = 9;
        string name = policy.Descriptor.Name;
        ImmutableArray<CellResult> swept = ReplayEngine.Run(events, ConformanceReplay.Plan(policy, $"{name}:capacity=0..{CapacityMax}"));
        for (int capacity = 0; capacity <= CapacityMax; capacity++)
        {
            CellResult single = ReplayEngine.Run(events, ConformanceReplay.Plan(policy, $"{name}:capacity={capacity}"))[0];
            string? difference = RowDifference.Between(single, swept[capacity]);
            ConformanceSuite.Require(difference is null, $"capacity {capacity}, replayed alone and in one pass: {difference}");
        }
    }

    public static void RequireBound(PolicyEntry policy)
    {
        PolicyEntry pool = PolicyCatalog.ByName("global-pool");
        for (int seed = 20; seed < 24; seed++)
        {
            EventTable events = RandomLoad.Make(seed, 1500, 4).ToTable();
            StackOperations operations = LifecycleBuilder.Build(events);
            (StackLedger ledger, _) =
                ConformanceReplay.Close(operations, ConformanceReplay.Select(policy), ConformanceReplay.Plain(operations));
            long most = ReplayEngine.Run(events, ConformanceReplay.Plan(pool, "global-pool:capacity=65536"))[0].Hits;

            // A stack that was mapped ahead comes from no dead task, and saves at most one miss.
            bool isWithin = ledger.Hits <= most + ledger.MappedAhead;
            ConformanceSuite.Require(
                isWithin, $"random trace {seed}: {ledger.Hits} hits ({ledger.MappedAhead} stacks mapped ahead), but one unbounded pool has {most}");
        }
    }
}

/// <summary>Compares whole result rows, to the last bit.</summary>
public static class RowDifference
{
    /// <summary>The first figure that differs between two rows, with both values; null if the rows are equal.</summary>
    public static string? Between(CellResult expected, CellResult actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        using IEnumerator<(string Name, object? Value)> others = Figures(actual).GetEnumerator();
        foreach ((string name, object? value) in Figures(expected))
        {
            others.MoveNext();
            if (!Equals(value, others.Current.Value))
                return string.Create(CultureInfo.InvariantCulture, $"{name} is {value ?? "none"} and {others.Current.Value ?? "none"}");
        }

        return Lists(expected, actual);
    }

    private static string? Lists(CellResult expected, CellResult actual)
    {
        (string Name, bool IsSame)[] lists =
        [
            (nameof(CellResult.Latency), expected.Latency.Buckets().SequenceEqual(actual.Latency.Buckets())),
            (nameof(CellResult.ReleaseCost), expected.ReleaseCost.Buckets().SequenceEqual(actual.ReleaseCost.Buckets())),
            (nameof(CellResult.Series), expected.Series.SequenceEqual(actual.Series)),
            (nameof(CellResult.ByCpu), expected.ByCpu.SequenceEqual(actual.ByCpu)),
            (nameof(CellResult.ByComm), expected.ByComm.SequenceEqual(actual.ByComm)),
            (nameof(CellResult.ByCgroup), expected.ByCgroup.SequenceEqual(actual.ByCgroup)),
            (nameof(CellResult.Reuse), IdleTimes(expected).SequenceEqual(IdleTimes(actual))),
        ];
        return Array.Find(lists, list => !list.IsSame).Name is { } name ? $"{name} differs" : null;
    }

    private static IEnumerable<(long LowNs, long HighNs, long Count)> IdleTimes(CellResult row) => row.Reuse?.Idle.Buckets() ?? [];

    private static IEnumerable<(string Name, object? Value)> Figures(CellResult row)
    {
        CellFigures figures = CellFigures.Of(row);
        return
        [
            ("cell", row.Cell),
            ("policy", row.Policy),
            ("asked_for", row.AskedFor),
            ("policy_version", row.PolicyVersion),
            ("engine_version", row.EngineVersion),
            ("unmet", row.Unmet),
            ("conditions", row.Conditions),
            ("cut_allocations", row.CutAllocations),
            ("cost_sum_ns", row.Latency.SumNs),
            .. FigureDefinition.All.Select(figure => (figure.Column, figure.Value(figures))),
        ];
    }
}
