namespace ForkTrace.Ingest.Tracepoints;

/// <summary>The meaning of one tracepoint, kprobe or uprobe.</summary>
/// <param name="System">System of the event, e.g. <c>gt</c>, <c>kprobes</c>, <c>vmalloc</c>.</param>
/// <param name="Name">Name of the event.</param>
/// <param name="Meaning">What it says about the stack cache.</param>
/// <param name="Conditions">Conditions on its fields: all must hold.</param>
/// <param name="Tid">Field with the tid; null for the thread that was running.</param>
/// <param name="Cpu">Field with the CPU; null for the CPU of the record.</param>
public sealed record ProbeMapping(
    string System, string Name, ProbeMeaning Meaning, ImmutableArray<ProbeCondition> Conditions, string? Tid, string? Cpu)
{
    /// <summary><c>system:name</c>.</summary>
    public string Event => $"{System}:{Name}";

    public IEnumerable<string> Fields =>
        Conditions.Select(condition => condition.Field).Concat(((string?[])[Tid, Cpu]).OfType<string>()).Distinct(StringComparer.Ordinal);
}

/// <summary>What a user's probe says about the kernel's stack cache.</summary>
public enum ProbeMeaning
{
    /// <summary>The thread mapped a new stack for the task that it forks: a miss.</summary>
    StackMapped,

    /// <summary>The thread took a stack from the CPU's cache for the task that it forks: a hit.</summary>
    StackCached,

    /// <summary>The last reference to a task's stack was dropped on this CPU.</summary>
    StackReleased,

    /// <summary>The stack that was last released on this CPU was passed to call_rcu.</summary>
    CallbackQueued,

    /// <summary>The callback of the stack that was queued first on this CPU ran.</summary>
    CallbackRan,
}

/// <summary>Names of probe meanings, and the kinds of row that they become.</summary>
public static class ProbeMeanings
{
    private static readonly (ProbeMeaning Meaning, string Name, EventKind Kind)[] s_all =
    [
        (ProbeMeaning.StackMapped, "stack-mapped", EventKind.ProbeVmalloc),
        (ProbeMeaning.StackCached, "stack-cached", EventKind.ProbeCached),
        (ProbeMeaning.StackReleased, "stack-released", EventKind.ProbePut),
        (ProbeMeaning.CallbackQueued, "callback-queued", EventKind.ProbeCallRcu),
        (ProbeMeaning.CallbackRan, "callback-ran", EventKind.ProbeStackRcu),
    ];

    public static string Names => string.Join(", ", s_all.Select(one => one.Name));

    /// <summary>The name that a probe map uses.</summary>
    public static string Name(ProbeMeaning meaning) => s_all[(int)meaning].Name;

    /// <summary>The kind of rows with that meaning: same as for the probes that are known without a map.</summary>
    public static EventKind KindOf(ProbeMeaning meaning) => s_all[(int)meaning].Kind;

    /// <summary>The meaning of that name; null if there is none.</summary>
    public static ProbeMeaning? ByName(string name) =>
        Array.FindIndex(s_all, one => one.Name == name) is >= 0 and int index ? s_all[index].Meaning : null;
}
