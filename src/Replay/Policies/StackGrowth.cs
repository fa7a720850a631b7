namespace ForkTrace.Replay.Policies;

/// <summary>
/// How much the stacks of ended tasks had grown: number of tasks by size class, as counted by kstack_* of /proc/vmstat (kstack_histogram,
/// kernel/exit.c, 6.12, CONFIG_DEBUG_STACK_USAGE). The class is the stack usage rounded up to a power of two.
/// </summary>
/// <param name="TasksByKib">Number of tasks by class size in KiB.</param>
public sealed record StackGrowth(ImmutableSortedDictionary<int, long> TasksByKib)
{
    private const string Prefix = "kstack_";
    private const int PageKib = 4;

    // kstack_rest: stacks beyond 64 KiB.
    private const int RestKib = 128;

    /// <summary>
    /// Used if a recording has no counters: 11,825 exits on an Intel machine, 2.06 % of them deeper than 4 KiB (P. Tatashin, linux-mm,
    /// 2024-07-30). Other published figures are 8 pages per thousand stacks on an idle machine (39 of 4632, Tatashin 2024-03) and 200 to
    /// 400 on Android (65 to 70 % of stack memory saved, Stevens 2026): set <c>grown</c> for these.
    /// </summary>
    public static StackGrowth Published { get; } = Of([new("kstack_1k", 3), new("kstack_2k", 188), new("kstack_4k", 11_391), new("kstack_8k", 243)]);

    /// <summary>Pages of 4 KiB beyond the first per thousand stacks, rounded; 0 if there are no stacks.</summary>
    public long PagesPerThousand
    {
        get
        {
            long tasks = TasksByKib.Values.Sum();
            long pages = TasksByKib.Sum(pair => pair.Value * (Math.Max(pair.Key / PageKib, 1) - 1));
            return tasks == 0 ? 0 : ((1000 * pages) + (tasks / 2)) / tasks;
        }
    }

    /// <summary>The growth from counters of /proc/vmstat. Counters other than kstack_* are ignored.</summary>
    public static StackGrowth Of(IEnumerable<KeyValuePair<string, long>> counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        var tasksByKib = ImmutableSortedDictionary.CreateBuilder<int, long>();
        foreach ((string counter, long tasks) in counters.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal)))
            tasksByKib[KibOf(counter)] = tasks;
        return new StackGrowth(tasksByKib.ToImmutable());
    }

    /// <summary>The growth during a recording; null if it has no counters, or no task ended.</summary>
    public static StackGrowth? Recorded(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.KernelFacts is not { KstackBefore: { } before, KstackAfter: { } after })
            return null;
        StackGrowth growth = Of(after.Select(pair =>
            KeyValuePair.Create(pair.Key, Math.Max(0, pair.Value - before.GetValueOrDefault(pair.Key)))));
        return growth.TasksByKib.Values.Sum() == 0 ? null : growth;
    }

    private static int KibOf(string counter) =>
        int.TryParse(counter.AsSpan(Prefix.Length).TrimEnd('k'), NumberStyles.None, CultureInfo.InvariantCulture, out int kib) ? kib : RestKib;
}
