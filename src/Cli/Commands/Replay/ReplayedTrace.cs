using ForkTrace.Ingest.Opening;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>A recording to replay: in memory, or stretch by stretch if it is long.</summary>
internal sealed class ReplayedTrace : IDisposable
{
    private readonly EventTable? _events;
    private readonly LongTrace? _file;
    private readonly EventStream? _recording;

    private ReplayedTrace(EventTable events)
    {
        _events = events;
        Facts = events.Facts;
    }

    // It can be replayed once.
    private ReplayedTrace(LongTrace file)
    {
        _file = file;
        _recording = file.Stream();
        Facts = file.Facts;
    }

    /// <summary>Opens a recording. Throws as <see cref="TraceOptions.Open"/>.</summary>
    /// <param name="trace">The options.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="path">The recording.</param>
    /// <param name="plan">What will be replayed.</param>
    public static ReplayedTrace Open(TraceOptions trace, ParseResult parsed, string path, ReplayPlan plan)
    {
        (EventTable? inMemory, LongTrace? file) = trace.Open(parsed, path);
        if (file is null)
            return new ReplayedTrace(inMemory!);
        string? need = ReplayEngine.NeedOfWhole(plan);
        if (file.IsLong && need is null)
            return new ReplayedTrace(file);
        if (file.IsLong)
            Terminal.Note($"{need}: all of {TraceOpener.Shown(path)} is read into memory");
        using (file)
            return new ReplayedTrace(file.Whole());
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
