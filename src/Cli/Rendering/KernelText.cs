using ForkTrace.Replay.Policies;

namespace ForkTrace.Cli.Rendering;

/// <summary>Shows a person the recorded kernel's stacks and build, and which of these facts are assumed.</summary>
internal static class KernelText
{
    /// <summary>The policy that <c>linux</c> stands for, and the sizes. Each line says how it is known.</summary>
    public static void WriteKernel(LabelledLines lines, TraceFacts facts)
    {
        RecordedKernel kernel = KernelTable.Of(facts);
        lines.Add("linux is", Policy(facts));
        lines.Add(
            "stacks",
            $"{Size(kernel.StackBytes)} aligned to {Size(kernel.StackAlignBytes)}, pages of {Size(kernel.PageBytes)} ({kernel.SizesReason})");
    }

    /// <summary>The policy that <c>linux</c> stands for, and how that is known.</summary>
    public static string Policy(TraceFacts facts)
    {
        RecordedKernel kernel = KernelTable.Of(facts);
        return kernel.Policy is null ? kernel.Reason : $"{kernel.Policy} ({kernel.Reason})";
    }

    /// <summary>How the kernel was built and started, as far as it was recorded.</summary>
    public static void WriteBuild(LabelledLines lines, TraceFacts facts)
    {
        KernelFacts built = facts.KernelFacts;
        if (built == KernelFacts.Unknown)
        {
            lines.Add("built with", "not recorded: 'forktrace record' writes it to RECORDING.kernel.json (docs/recording.md)");
            return;
        }

        lines.Add("built with", string.Join(", ", Options(built)));
        if (built.CommandLine is { } commandLine)
            lines.Add("booted with", commandLine);
        if (built.MemorylessNodes is { IsEmpty: false } nodes)
            lines.Add("memoryless", $"NUMA nodes {string.Join(", ", nodes)}");
        if (built is { KstackBefore: { } before, KstackAfter: { } after })
            lines.Add("stack use", $"{string.Join(", ", Grown(before, after))} of the tasks that ended meanwhile");
    }

    private static string Size(int bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KiB");

    private static IEnumerable<string> Options(KernelFacts built)
    {
        (string Name, bool? Value)[] options =
        [
            ("VMAP_STACK", built.VmapStack), ("THREAD_INFO_IN_TASK", built.ThreadInfoInTask), ("PREEMPT_RT", built.PreemptRt),
            ("RCU_NOCB_CPU", built.RcuNocbCpu), ("RCU_LAZY", built.RcuLazy), ("KASAN", built.Kasan), ("MEMCG", built.Memcg),
        ];
        foreach ((string name, bool? value) in options)
        {
            yield return value switch
            {
                true => name,
                false => $"no {name}",
                null => $"{name} unknown",
            };
        }

        yield return built.Hz is { } hz ? string.Create(CultureInfo.InvariantCulture, $"HZ={hz}") : "HZ unknown";
    }

    // kstack_4k: used more than 2 KiB, and up to 4.
    private static IEnumerable<string> Grown(
        ImmutableSortedDictionary<string, long> before, ImmutableSortedDictionary<string, long> after) => after
            .Select(counter => (counter.Key, Count: counter.Value - before.GetValueOrDefault(counter.Key)))
            .Where(counter => counter.Count > 0)
            .Select(counter => $"{counter.Key} {Readable.Count(counter.Count)}")
            .DefaultIfEmpty("none");
}
