using ForkTrace.Events;

namespace ForkTrace.Ingest.Tracepoints;

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

    /// <summary>All names, for messages.</summary>
    public static string Names => string.Join(", ", s_all.Select(one => one.Name));

    /// <summary>The name that a probe map uses.</summary>
    public static string Name(ProbeMeaning meaning) => s_all[(int)meaning].Name;

    /// <summary>The kind of a row of that meaning: the same as that of the probes which are known without a map.</summary>
    public static EventKind KindOf(ProbeMeaning meaning) => s_all[(int)meaning].Kind;

    /// <summary>The meaning of that name; null if there is none.</summary>
    public static ProbeMeaning? ByName(string name)
    {
        foreach ((ProbeMeaning meaning, string known, _) in s_all)
        {
            if (known == name)
                return meaning;
        }

        return null;
    }
}
