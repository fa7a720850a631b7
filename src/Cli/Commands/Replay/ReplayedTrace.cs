using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>A recording that is replayed: in memory, or, if it is long, as it is read.</summary>
internal sealed class ReplayedTrace : IDisposable
{
    private readonly EventTable? _events;
    private readonly LongTrace? _file;
    private readonly EventStream? _recording;

    /// <summary>A recording in memory, which is its own from now on.</summary>
    public ReplayedTrace(EventTable events)
    {
        _events = events;
        Facts = events.Facts;
    }

    /// <summary>A long recording, which is its own from now on and can be replayed once.</summary>
    public ReplayedTrace(LongTrace file)
    {
        _file = file;
        _recording = file.Stream();
        Facts = file.Facts;
    }

    public TraceFacts Facts { get; }

    /// <summary>Replays a plan over it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="isKept">True for a database; false if rows are shown and nothing is kept.</param>
    public RunFindings Replay(ReplayPlan plan, bool isKept)
    {
        if (_events is null)
            return RunFindings.OfLong(_recording!, plan, isKept);
        StackOperations operations = ReplayEngine.Operations(_events, plan);
        return isKept ? JudgedRun.Of(_events, operations, plan) : JudgedRun.RowsOf(_events, operations, plan);
    }

    public void Dispose()
    {
        _events?.Dispose();
        _recording?.Dispose();
        _file?.Dispose();
    }
}
