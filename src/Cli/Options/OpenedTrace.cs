namespace ForkTrace.Cli.Options;

/// <summary>A trace that a command has opened: in memory, or batch by batch if it is long.</summary>
internal sealed class OpenedTrace : IDisposable
{
    private readonly string _shown;
    private readonly LongTrace? _file;
    private EventTable? _events;

    /// <param name="events">A trace in memory; this object disposes it.</param>
    public OpenedTrace(EventTable events)
    {
        _shown = events.Facts.Trace;
        _events = events;
        Facts = events.Facts;
    }

    /// <param name="file">A trace that is long, or not; this object disposes it.</param>
    /// <param name="shown">Its name in messages.</param>
    public OpenedTrace(LongTrace file, string shown)
    {
        _shown = shown;
        _file = file;
        _events = file.IsLong ? null : file.Whole();
        Facts = file.Facts;
    }

    public TraceFacts Facts { get; }

    /// <summary>True if it is not in memory.</summary>
    public bool IsLong => _events is null;

    /// <summary>The events of a long trace, from the first.</summary>
    public EventStream Stream() => _file!.Stream();

    /// <summary>All events in memory. A note says so if the trace is long.</summary>
    /// <param name="why">Why a long trace must be in memory.</param>
    public EventTable Whole(string why)
    {
        if (_events is null)
        {
            Terminal.Note($"{why}: all of {_shown} is read into memory");
            _events = _file!.Whole();
        }

        return _events;
    }

    public void Dispose()
    {
        _events?.Dispose();
        _file?.Dispose();
    }
}
