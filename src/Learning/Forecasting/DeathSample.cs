using ForkTrace.Learning.Corpus;

namespace ForkTrace.Learning.Forecasting;

/// <summary>
/// A death: what was known about its CPU at that time, and the next fork on this CPU that needed a stack which no later death had supplied. If
/// stacks stay on their CPU and the last one put is the first one taken, that fork takes this stack.
/// </summary>
/// <param name="Features">Indexed by <see cref="DemandFeature"/>.</param>
/// <param name="GapWindows">Windows until that fork; -1 if the recording shows none.</param>
/// <param name="LeftWindows">Windows until the recording ends.</param>
/// <param name="HitRate">How much a hit adds to the mean hit rate of the recordings.</param>
/// <param name="Memory">How much a stack that is kept for one window adds to their mean memory.</param>
/// <param name="Load">The load of the recording.</param>
internal readonly record struct DeathSample(
    ImmutableArray<int> Features, int GapWindows, int LeftWindows, double HitRate, double Memory, string Load)
{
    /// <summary>Features of a sample.</summary>
    public static readonly int FeatureCount = Enum.GetValues<DemandFeature>().Length;

    /// <summary>True if the stack is needed within this many windows; null if the recording ends too soon to know.</summary>
    public bool? IsWantedWithin(int windows) =>
        GapWindows >= 0 && GapWindows <= windows ? true : GapWindows < 0 && LeftWindows < windows ? null : false;

    /// <summary>All deaths of recordings. Features come only from forks and deaths.</summary>
    /// <param name="recordings">The recordings. All have the same weight.</param>
    /// <param name="shift">A window lasts 2^shift ns.</param>
    public static ImmutableArray<DeathSample> Of(IEnumerable<CorpusRecording> recordings, int shift)
    {
        ImmutableArray<DeathSample>.Builder samples = ImmutableArray.CreateBuilder<DeathSample>();
        foreach (CorpusRecording recording in recordings)
        {
            for (int cpu = 0; cpu < recording.Operations.CpuCount; cpu++)
                AddCpu(samples, recording, cpu, shift);
        }

        return samples.DrainToImmutable();
    }

    private static void AddCpu(ImmutableArray<DeathSample>.Builder samples, CorpusRecording recording, int cpu, int shift)
    {
        StackOperations operations = recording.Operations;
        double seconds = operations.LastNs - operations.FirstNs;
        double hitRate = 1.0 / operations.Evidence.Total(StackOperationKind.Allocate);
        double memory = (1L << shift) / seconds / recording.MemoryUnit;
        Stack<int> waiting = new();
        DemandState state = DemandState.Fresh;
        for (int index = 0; index < operations.Count; index++)
        {
            if (operations.Cpus[index] != cpu)
                continue;
            long window = operations.TimesNs[index] >> shift;
            switch (operations.Kinds[index])
            {
                case StackOperationKind.Allocate:
                    state.MoveTo(window);
                    state.Fork();
                    if (waiting.TryPop(out int death))
                        samples[death] = samples[death] with { GapWindows = samples[death].LeftWindows - LeftAt(window) };
                    break;
                case StackOperationKind.Release or StackOperationKind.FailedCharge:
                    state.MoveTo(window);
                    state.Death();
                    waiting.Push(samples.Count);
                    samples.Add(new DeathSample(FeaturesOf(state), -1, LeftAt(window), hitRate, memory, recording.Split.Load));
                    break;
                case StackOperationKind.LostEvents:
                    state = DemandState.Fresh;
                    waiting.Clear();
                    break;
            }
        }

        int LeftAt(long window) => (int)Math.Min(int.MaxValue, (operations.LastNs >> shift) - window);
    }

    private static ImmutableArray<int> FeaturesOf(DemandState state) =>
        [.. Enum.GetValues<DemandFeature>().Select(feature => state[feature])];
}
