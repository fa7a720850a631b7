using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace ForkTrace.Events;

/// <summary>Names and properties of <see cref="EventKind"/> values.</summary>
public static class EventKinds
{
    /// <summary>One more than the largest kind: the length of a table indexed by kind.</summary>
    public const int TableLength = 64;

    private const ulong GroundTruth =
        (1UL << (int)EventKind.StackMap) | (1UL << (int)EventKind.StackRcuInvoke) | (1UL << (int)EventKind.StackRcuQueue)
        | (1UL << (int)EventKind.ProbeVmalloc) | (1UL << (int)EventKind.ProbePut) | (1UL << (int)EventKind.ProbeCallRcu)
        | (1UL << (int)EventKind.ProbeStackRcu) | (1UL << (int)EventKind.ProbeCached) | (1UL << (int)EventKind.ProbeVfree)
        | (1UL << (int)EventKind.FunctionStackRcu) | (1UL << (int)EventKind.FunctionVfree);

    private static readonly string[] s_names = BuildNames();
    private static readonly SearchValues<byte> s_values =
        SearchValues.Create(MemoryMarshal.Cast<EventKind, byte>(Enum.GetValues<EventKind>()));

    /// <summary>All kinds but <see cref="EventKind.None"/>, in numerical order.</summary>
    public static ImmutableArray<EventKind> All { get; } = FindAll();

    /// <summary>The kind in snake case, as JSON and SQL show it: <c>newtask</c>, <c>death_switch</c>, <c>probe_put</c>.</summary>
    public static string Name(EventKind kind) => s_names[(int)kind];

    /// <summary>True if every number is that of a kind.</summary>
    public static bool AreAllKnown(ReadOnlySpan<EventKind> kinds) =>
        !MemoryMarshal.Cast<EventKind, byte>(kinds).ContainsAnyExcept(s_values);

    /// <summary>
    /// True for events that tell what the kernel's cache did. They judge a replay and are never an input of one.
    /// </summary>
    public static bool IsGroundTruth(EventKind kind) => ((GroundTruth >> (int)kind) & 1) != 0;

    /// <summary>
    /// True for events that a stack's life needs. The others (switches between living tasks, wake-ups) are the bulk of a
    /// scheduler trace; they are counted, and stored only on request.
    /// </summary>
    public static bool IsStoredByDefault(EventKind kind) => kind
        is not (EventKind.None or EventKind.Switch or EventKind.Wakeup or EventKind.WakeupNew or EventKind.Migrate);

    // None is the first. No LINQ: over an enum it is compiled anew in every process.
    private static ImmutableArray<EventKind> FindAll()
    {
        EventKind[] kinds = Enum.GetValues<EventKind>();
        return ImmutableArray.Create(kinds, 1, kinds.Length - 1);
    }

    private static string[] BuildNames()
    {
        string[] names = new string[TableLength];
        Array.Fill(names, "unknown");
        foreach (EventKind kind in Enum.GetValues<EventKind>())
            names[(int)kind] = kind == EventKind.NewTask ? "newtask" : SnakeCase(kind.ToString());
        return names;
    }

    private static string SnakeCase(string pascal)
    {
        StringBuilder snake = new();
        foreach (char letter in pascal)
        {
            if (char.IsUpper(letter) && snake.Length > 0)
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(letter));
        }

        return snake.ToString();
    }
}
