using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Cli.Options;

/// <summary>
/// A trace that may have more rows than are replayed at once, as an event file: its own, or one that was written into a temporary folder, which
/// goes with it.
/// </summary>
internal sealed class LongTrace : IDisposable
{
    /// <summary>
    /// Recordings of at least so many bytes are written into an event file first. That is what 8 Mi events take if they are well packed; plain
    /// perf.data and trace.dat take 256 MiB and more.
    /// </summary>
    public const long RecordingBytesMin = 1 << 26;

    private readonly string _path;
    private readonly TemporaryPath? _folder;

    private LongTrace(string path, TemporaryPath? folder)
    {
        _path = path;
        _folder = folder;
        using EventStream events = EventFile.OpenStream(path);
        Facts = events.Facts;
    }

    public TraceFacts Facts { get; }

    /// <summary>True if it is replayed as it is read.</summary>
    public bool IsLong => Facts.EventsStored > StretchLengths.MostRowsAtOnce;

    public static LongTrace OfEventFile(string path) => new(path, folder: null);

    /// <summary>Ingests a recording into the temporary folder. Throws as <see cref="TraceReader.Stream"/>.</summary>
    public static LongTrace OfRecording(string path, IngestOptions options)
    {
        TemporaryPath folder = TemporaryPath.NewFolder();
        string file = System.IO.Path.Combine(folder.Path, "events.arrow");
        try
        {
            using (EventStream events = TraceReader.Stream(path, options))
                EventFile.Write(events, file);
            return new LongTrace(file, folder);
        }
        catch (OutputException full)
        {
            folder.Dispose();
            throw new OutputException(
                $"{path}: events cannot be written into {System.IO.Path.GetTempPath()}: {full.Message} (TMPDIR names another folder)");
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The events, batch by batch.</summary>
    public EventStream Stream() => EventFile.OpenStream(_path);

    /// <summary>All events, in memory.</summary>
    public EventTable Whole() => EventFile.Open(_path);

    public void Dispose() => _folder?.Dispose();
}
