namespace ForkTrace.Lifecycle.Inspection;

/// <summary>
/// What the recorded kernel's configuration and command line say about its RCU callbacks beyond its events: the RCU model
/// (<c>--rcu-model</c>) that a replay should use, and why.
/// </summary>
public static class RcuHints
{
    private const int HzOfDefault = 250;

    // LAZY_FLUSH_JIFFIES, ten seconds (kernel/rcu/tree_nocb.h, 6.2).
    private const string LazyDelay = "10s";

    /// <summary>The hints, one sentence each; empty if nothing is known that differs from the default model.</summary>
    public static ImmutableArray<string> Of(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return [.. OfSoftirqs(facts), .. OfModel(facts)];
    }

    // Threads rcuc/N run callbacks if use_softirq is off, as on PREEMPT_RT (kernel/rcu/tree.c).
    private static IEnumerable<string> OfSoftirqs(TraceFacts facts)
    {
        bool isSwitchedOff = facts.KernelFacts.CommandLine?.Contains("rcutree.use_softirq=0", StringComparison.Ordinal) == true;
        if (isSwitchedOff || IsRealTime(facts))
        {
            yield return $"{(isSwitchedOff ? "rcutree.use_softirq=0" : "PREEMPT_RT")} runs RCU callbacks in kthreads (rcuc/N): no RCU softirq "
                + "marks them, and only sched:sched_process_free bounds when a stack's own callback ran";
        }
    }

    // From the configuration, else from the release's name: 6.1.0-53-rt-amd64, 5.10.1-rt20.
    private static bool IsRealTime(TraceFacts facts) =>
        facts.KernelFacts.PreemptRt ?? facts.Kernel.Split('-', '+', '.').Any(IsRealTimeWord);

    private static bool IsRealTimeWord(string word) =>
        word.StartsWith("rt", StringComparison.Ordinal) && word.AsSpan(2).IndexOfAnyExceptInRange('0', '9') < 0;

    private static IEnumerable<string> OfModel(TraceFacts facts)
    {
        string[] offloaded = [.. OffloadedCpus(facts.KernelFacts)];
        bool isLazy = offloaded.Length > 0 && IsLazy(facts.KernelFacts);
        List<string> model = [];
        List<string> reasons = [];
        if (facts.KernelFacts.Hz is { } hz && hz != HzOfDefault)
            Add(string.Create(CultureInfo.InvariantCulture, $"hz={hz}"), string.Create(CultureInfo.InvariantCulture, $"CONFIG_HZ={hz}"));
        if (offloaded.Length > 0)
            Add($"nocb={string.Join('+', offloaded)}", "callbacks are offloaded to kthreads (rcu_nocbs= or nohz_full= on the command line)");
        if (isLazy)
            Add($"lazy={LazyDelay}", $"CONFIG_RCU_LAZY lets them wait up to {LazyDelay}: a shorter recording may show no sched:sched_process_free");
        if (model.Count > 0)
            yield return $"use --rcu-model {string.Join(',', model)} for this kernel: {string.Join("; ", reasons)}";

        void Add(string part, string reason)
        {
            model.Add(part);
            reasons.Add(reason);
        }
    }

    // rcu_init_nohz (kernel/rcu/tree_nocb.h) also offloads the CPUs of nohz_full=. Without CONFIG_RCU_NOCB_CPU neither option has an
    // effect.
    private static IEnumerable<string> OffloadedCpus(KernelFacts built)
    {
        if (built.RcuNocbCpu == false || built.CommandLine is not { } line)
            return [];
        string[] words = line.Split(' ');
        string[] lists = [.. words.Where(word => word.StartsWith("rcu_nocbs=", StringComparison.Ordinal)
            || word.StartsWith("nohz_full=", StringComparison.Ordinal)).Select(word => word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..])];
        return lists.Contains("all") ? ["all"] : lists.SelectMany(Ranges).Distinct();
    }

    // "1-3,8". The model has no equivalent for strides and the kernel's other short forms ("0-7:1/2", "N"), so they are left out.
    private static string[] Ranges(string list) => Array.FindAll(
        list.Split(',', StringSplitOptions.RemoveEmptyEntries),
        range => range.All(letter => char.IsAsciiDigit(letter) || letter == '-'));

    // rcutree.enable_rcu_lazy=0 switches it off (kernel/rcu/tree.c).
    private static bool IsLazy(KernelFacts built) =>
        built.RcuLazy == true && !built.CommandLine!.Contains("enable_rcu_lazy=0", StringComparison.Ordinal);
}
