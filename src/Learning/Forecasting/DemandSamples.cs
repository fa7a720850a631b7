using ForkTrace.Learning.Corpus;

namespace ForkTrace.Learning.Forecasting;

/// <summary>What was known of a CPU at the beginning of a window, and what the next windows then drew from its cache.</summary>
/// <param name="Features">By <see cref="DemandFeature"/>.</param>
/// <param name="Demand">The most stacks that forks were ahead of deaths within the horizon.</param>
internal readonly record struct DemandSample(ImmutableArray<int> Features, int Demand);

/// <summary>Windows of recordings to learn from. Features come from forks and deaths alone.</summary>
internal static class DemandSamples
{
    /// <summary>Features of a sample.</summary>
    public static readonly int Features = Enum.GetValues<DemandFeature>().Length;

    /// <summary>
    /// Windows of recordings, chosen evenly over their time and CPUs: as many of each recording, so that a long one does not outvote the
    /// others.
    /// </summary>
    /// <param name="recordings">What to take windows of.</param>
    /// <param name="shift">A window lasts 2^shift ns.</param>
    /// <param name="horizon">Windows that demand is looked at.</param>
    /// <param name="windowsMax">Windows of a recording that are taken at the most.</param>
    public static ImmutableArray<DemandSample> Of(IEnumerable<CorpusRecording> recordings, int shift, int horizon, int windowsMax)
    {
        ImmutableArray<DemandSample>.Builder samples = ImmutableArray.CreateBuilder<DemandSample>();
        foreach (CorpusRecording recording in recordings)
        {
            StackOperations operations = recording.Operations;
            int perCpu = Math.Max(1, windowsMax / operations.CpuCount);
            for (int cpu = 0; cpu < operations.CpuCount; cpu++)
                AddCpu(samples, operations, cpu, shift, horizon, perCpu);
        }

        return samples.DrainToImmutable();
    }

    private static void AddCpu(
        ImmutableArray<DemandSample>.Builder samples, StackOperations operations, int cpu, int shift, int horizon, int windowsMax)
    {
        List<(long Window, int Step)> moves = MovesOf(operations, cpu, shift);
        long first = operations.FirstNs >> shift;
        long last = (operations.LastNs >> shift) - horizon;
        long windows = last - first + 1;
        long taken = Math.Min(windowsMax, windows);
        DemandState state = DemandState.Fresh;
        int next = 0;
        for (long index = 0; index < taken; index++)
        {
            long window = first + (long)((Int128)index * windows / taken);
            for (; next < moves.Count && moves[next].Window < window; next++)
                Apply(ref state, moves[next]);
            state.MoveTo(window);
            samples.Add(new DemandSample(FeaturesOf(state), DemandOf(moves, next, window + horizon)));
        }
    }

    private static void Apply(ref DemandState state, (long Window, int Step) move)
    {
        state.MoveTo(move.Window);
        if (move.Step > 0)
            state.Fork();
        else
            state.Death();
    }

    private static ImmutableArray<int> FeaturesOf(DemandState state) =>
        [.. Enum.GetValues<DemandFeature>().Select(feature => state[feature])];

    private static int DemandOf(List<(long Window, int Step)> moves, int from, long endWindow)
    {
        int ahead = 0;
        int most = 0;
        for (int index = from; index < moves.Count && moves[index].Window < endWindow; index++)
            most = Math.Max(most, ahead += moves[index].Step);
        return most;
    }

    private static List<(long Window, int Step)> MovesOf(StackOperations operations, int cpu, int shift)
    {
        List<(long Window, int Step)> moves = [];
        for (int index = 0; index < operations.Count; index++)
        {
            if (operations.Cpus[index] != cpu)
                continue;
            int step = operations.Kinds[index] switch
            {
                StackOperationKind.Allocate => 1,
                StackOperationKind.Release or StackOperationKind.FailedCharge => -1,
                _ => 0,
            };
            if (step != 0)
                moves.Add((operations.TimesNs[index] >> shift, step));
        }

        return moves;
    }
}
