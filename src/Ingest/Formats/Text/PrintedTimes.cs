namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Tells times of a clock from those of perf script --reltime (since the first event) and --deltatime (since the event before). Both look
/// alike, but perf prints events in order of time, and no tracepoint is at 0 on a clock (tools/perf/builtin-script.c,
/// perf_sample__fprintf_start). Samples that perf makes up, as from Intel PT, can be.
/// </summary>
internal sealed class PrintedTimes
{
    // perf's own records of tasks that existed before are at 0, and a text may be joined from several. Of differences, half step back.
    private const int LinesMin = 16;
    private const int StepsOfLines = 4;

    private long _lines;
    private long _steps;
    private long _last;
    private bool _hasEventAtZero;

    /// <summary>Notes the time of the next line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(long time)
    {
        if (time == 0)
            return;
        _lines++;
        _steps += time < _last ? 1 : 0;
        _last = time;
    }

    /// <summary>Notes the time of a known tracepoint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NoteEvent(long time) => _hasEventAtZero |= time == 0;

    /// <summary>Rejects a text whose times are not those of a clock.</summary>
    public void RequireClock(string format)
    {
        if (_hasEventAtZero || (_lines >= LinesMin && _steps * StepsOfLines > _lines))
            Reject.Unsupported($"the {format} has times since another event, not of the clock: print it again without --reltime and --deltatime");
    }
}
