using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>A recording to replay: in memory, or stretch by stretch if it is long.</summary>
internal sealed class ReplayedTrace : IDisposable
{
    private readonly EventTable? _events;
    private readonly LongTrace? _file;
    private readonly EventStream? _recording;

    /// <summary>A recording in memory. This object owns it from now on.</summary>
    public ReplayedTrace(EventTable events)
    {
        _events = events;
        Facts = events.Facts;
    }

    /// <summary>A long recording, which can be replayed once. This object owns it from now on.</summary>
    public ReplayedTrace(LongTrace file)
    {
        _file = file;
        _recording = file.Stream();
        Facts = file.Facts;
    }

    public TraceFacts Facts { get; }

    /// <summary>Replays a plan over the recording.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="isKept">True if the results go to a database; false if they are only shown.</param>
    public RunFindings Replay(ReplayPlan plan, bool isKept)
    {
        if (_events is null)
            return JudgedRun.OfLong(_recording!, plan, isKept);
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
