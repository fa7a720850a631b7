namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Sums the bytes that all threads have read and tells of each percent.</summary>
internal sealed class ReadProgress(Action<double>? tell, long totalBytes)
{
    private long _doneBytes;

    public void Add(long bytes)
    {
        if (tell is null || bytes == 0)
            return;
        long done = Interlocked.Add(ref _doneBytes, bytes);
        if (Percent(done) != Percent(done - bytes))
            tell(Math.Min(1, (double)done / totalBytes));
    }

    private long Percent(long bytes) => (long)(100.0 * bytes / totalBytes);
}
