using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Cli.Options;

/// <summary>
/// A trace as an event file, which may be too long to replay in memory: either the user's own file, or one in a temporary folder, which is
/// removed with this object.
/// </summary>
internal sealed class LongTrace : IDisposable
{
    /// <summary>
    /// Recordings of at least this size are written into an event file first. 8 Mi events take about as much if they are compressed, and 256 MiB
    /// or more in a plain perf.data or trace.dat.
    /// </summary>
    public const long RecordingBytesMin = 1 << 26;

    private readonly string _path;
    private readonly IDisposable? _held;

    private LongTrace(string path, IDisposable? held)
    {
        _path = path;
        _held = held;
        using EventStream events = EventFile.OpenStream(path);
        Facts = events.Facts;
    }

    public TraceFacts Facts { get; }

    /// <summary>True if it must be replayed while it is read.</summary>
    public bool IsLong => Facts.EventsStored > StretchLengths.MostRowsAtOnce;

    /// <summary>An event file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="held">Disposed with this object: what keeps the path valid; may be null.</param>
    public static LongTrace OfEventFile(string path, IDisposable? held) => new(path, held);

    /// <summary>Ingests a recording into the temporary folder. Throws as <see cref="TraceReader.Stream(string, IngestOptions)"/>.</summary>
    /// <param name="path">The recording's name in messages.</param>
    /// <param name="read">Opens the recording.</param>
    public static LongTrace OfRecording(string path, Func<EventStream> read)
    {
        TemporaryPath folder = TemporaryPath.NewFolder();
        string file = System.IO.Path.Combine(folder.Path, "events.arrow");
        try
        {
            using (EventStream events = read())
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

    public void Dispose() => _held?.Dispose();
}
