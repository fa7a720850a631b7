using ForkTrace.Events;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Replay.Profile;

/// <summary>What tasks are by the clone flags of their fork: an index into <see cref="Names"/> for each.</summary>
internal static class TaskKinds
{
    private const byte Other = 0;

    /// <summary>In ordinal order.</summary>
    public static readonly string[] Names = ["other", "process", "thread", "vfork"];

    public static byte[] Of(EventTable events)
    {
        byte[] kinds = new byte[events.Facts.Tasks];
        ReadOnlySpan<EventKind> rows = events.Kinds;
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] == EventKind.NewTask && events.Tasks[row] >= 0)
                kinds[events.Tasks[row]] = IndexOf(ForkKinds.Of(events.Values[row]));
        }

        return kinds;
    }

    private static byte IndexOf(ForkKind? kind) =>
        kind is { } known ? (byte)Array.IndexOf(Names, ForkKinds.Name(known)) : Other;
}
