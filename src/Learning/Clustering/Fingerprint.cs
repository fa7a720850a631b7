using ForkTrace.Learning.Corpus;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Learning.Clustering;

/// <summary>
/// A recording in a few numbers. They come from births and deaths alone, not from replays, names or hosts. Rates, times and counts are
/// logarithms to base 10, so that a factor of two is the same distance everywhere.
/// </summary>
public static class Fingerprint
{
    /// <summary>The names of the numbers, in order.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "forks per second", "dispersion of forks over windows", "share of threads", "share of vforks",
        "median life of threads", "median life of vforks", "median life of processes", "longest tenth of lives",
        "mean living tasks", "most living tasks per CPU", "share of tasks that die where they were forked", "evenness of forks over CPUs",
        "grace periods per second", "median delay of callbacks",
        "overlap per CPU in 1 ms", "overlap per CPU in 8 ms", "overlap per CPU in 67 ms", "overlap per CPU in 537 ms",
    ];

    // The windows of overlap have a length of 2^this ns.
    private static readonly ImmutableArray<int> s_shifts = [20, 23, 26, 29];

    /// <summary>The numbers of a recording.</summary>
    /// <param name="profile">The profile of its tasks.</param>
    /// <param name="cpus">CPUs of its machine.</param>
    /// <param name="overlap">The result of <see cref="OverlapOf"/>; empty if only the profile is known.</param>
    public static ImmutableArray<double> Of(TraceProfile profile, int cpus, ImmutableArray<double> overlap)
    {
        ArgumentNullException.ThrowIfNull(profile);
        double seconds = Math.Max(1e-9, profile.Windows.Length * (profile.WindowNs / 1e9));
        long forks = profile.Windows.Sum(window => window.Forks);
        LatencyHistogram lives = Sum(profile.Lifetimes.Select(kind => kind.Lifetimes));
        (double meanLiving, double mostLiving) = Living(profile);
        return
        [
            Log(forks / seconds), Log(Dispersion(profile)), ShareOf(profile, "thread", lives.Count), ShareOf(profile, "vfork", lives.Count),
            MedianOf(profile, "thread", lives), MedianOf(profile, "vfork", lives), MedianOf(profile, "process", lives), Log(lives.QuantileNs(0.9)),
            Log(1 + meanLiving), Log(1 + (mostLiving / Math.Max(1, cpus))), AtHome(profile), Evenness(profile, cpus),
            Log(profile.GracePeriods.Length / seconds),
            Log(Sum(profile.Delays.Where(delays => delays.Operation == StackOperationKind.TaskFree).Select(delays => delays.Delays)).QuantileNs(0.5)),
            .. overlap.IsEmpty ? s_shifts.Select(_ => 0.0) : overlap,
        ];
    }

    /// <summary>
    /// How many stacks the forks on a CPU were ahead of its deaths within a window. For each length of window: the mean of log2(1 + most)
    /// over the windows in which forks were ahead.
    /// </summary>
    public static ImmutableArray<double> OverlapOf(CorpusRecording recording) =>
        [.. s_shifts.Select(shift => DrawsOf(recording.Operations, shift).Where(draw => draw > 0).Select(draw => Math.Log2(1 + draw)).DefaultIfEmpty().Average())];

    private static IEnumerable<int> DrawsOf(StackOperations operations, int shift)
    {
        Dictionary<(int Cpu, long Window), (int Ahead, int Most)> draws = [];
        for (int index = 0; index < operations.Count; index++)
        {
            int step = operations.Kinds[index] switch { StackOperationKind.Allocate => 1, StackOperationKind.Release => -1, _ => 0 };
            if (step == 0)
                continue;
            (int Cpu, long Window) place = (operations.Cpus[index], operations.TimesNs[index] >> shift);
            (int ahead, int most) = draws.GetValueOrDefault(place);
            draws[place] = (ahead + step, Math.Max(most, ahead + step));
        }

        return draws.OrderBy(draw => draw.Key).Select(draw => draw.Value.Most);
    }

    private static double Log(double value) => Math.Log10(Math.Max(1e-3, value));

    private static LatencyHistogram Sum(IEnumerable<LatencyHistogram> parts)
    {
        LatencyHistogram sum = new();
        foreach (LatencyHistogram part in parts)
            sum.Add(part);
        return sum;
    }

    // Variance over mean: 1 if forks come at random, more if they come in bursts.
    private static double Dispersion(TraceProfile profile)
    {
        if (profile.Windows.IsEmpty)
            return 0;
        double mean = profile.Windows.Average(window => window.Forks);
        return mean == 0 ? 0 : profile.Windows.Average(window => Math.Pow(window.Forks - mean, 2)) / mean;
    }

    private static double ShareOf(TraceProfile profile, string kind, long all) =>
        all == 0 ? 0 : (double)profile.Lifetimes.Where(lives => lives.Kind == kind).Sum(lives => lives.Lifetimes.Count) / all;

    // If the recording lacks a kind, it gets the value of all kinds, which is neutral.
    private static double MedianOf(TraceProfile profile, string kind, LatencyHistogram all) =>
        Log((profile.Lifetimes.FirstOrDefault(lives => lives.Kind == kind)?.Lifetimes ?? all).QuantileNs(0.5));

    // The number of living tasks above the minimum over all ends of windows.
    private static (double Mean, double Most) Living(TraceProfile profile)
    {
        long living = 0;
        long[] ends = [.. profile.Windows.Select(window => living += window.Forks - window.Deaths)];
        return ends.Length == 0 ? (0, 0) : (ends.Average() - ends.Min(), ends.Max() - ends.Min());
    }

    private static double AtHome(TraceProfile profile)
    {
        long tasks = profile.CpuPairs.Sum(pair => pair.Tasks);
        return tasks == 0 ? 0 : (double)profile.CpuPairs.Where(pair => pair.ForkCpu == pair.DeathCpu).Sum(pair => pair.Tasks) / tasks;
    }

    // The entropy divided by that of equal shares.
    private static double Evenness(TraceProfile profile, int cpus)
    {
        double tasks = profile.CpuPairs.Sum(pair => pair.Tasks);
        if (tasks == 0 || cpus < 2)
            return 1;
        return -profile.CpuPairs.GroupBy(pair => pair.ForkCpu).Select(cpu => cpu.Sum(pair => pair.Tasks) / tasks).Sum(share => share * Math.Log(share)) / Math.Log(cpus);
    }
}
