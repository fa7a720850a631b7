using System.Runtime.ExceptionServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace ForkTrace.Events;

/// <summary>
/// An event table as an Arrow IPC file. Replays use it in place, and other tools can read it. docs/formats/event-file.md describes the
/// layout.
/// </summary>
public static class EventFile
{
    /// <summary>Key of the facts (JSON) in the metadata of the footer's schema.</summary>
    public const string FactsKey = "forktrace.facts";

    /// <summary>Key of the layout's version in the metadata of each schema.</summary>
    public const string VersionKey = "forktrace.events_version";

    /// <summary>Version of the layout. It is raised when a column or a kind changes its meaning.</summary>
    public const string Version = "2";

    /// <summary>Rows per batch of a recording that is written while it is read.</summary>
    public const int BatchRows = EventBatches.MaxRows;

    /// <summary>The first bytes of an Arrow file.</summary>
    internal static ReadOnlySpan<byte> Magic => "ARROW1\0\0"u8;

    /// <summary>The last bytes of an Arrow file.</summary>
    internal static ReadOnlySpan<byte> FooterMagic => "ARROW1"u8;

    /// <summary>True if a file that begins with these bytes is an Arrow file.</summary>
    public static bool IsEventFile(ReadOnlySpan<byte> prefix) => prefix.StartsWith(FooterMagic);

    /// <summary>Writes the table. Afterwards the path has either its old content or the whole new file.</summary>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind.</exception>
    public static void Write(EventTable table, string path)
    {
        ArgumentNullException.ThrowIfNull(table);
        OutputFile.Write(path, stream => Write(table, stream, EventBatches.MaxRows));
    }

    /// <summary>
    /// Writes the batches of a stream as they arrive. Afterwards the path has either its old content or the whole new file.
    /// </summary>
    /// <param name="events">The recording.</param>
    /// <param name="path">The file.</param>
    /// <param name="accept">Called with the facts before the file gets its name. If it throws, the file does not get its name.</param>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind. Exceptions of the stream pass
    /// through.</exception>
    public static void Write(EventStream events, string path, Action<TraceFacts>? accept = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        ExceptionDispatchInfo? unread = null;
        try
        {
            OutputFile.Write(path, stream =>
            {
                using EventFileWriter writer = new(stream);
                int batches = 0;
                for (; Next() is { } batch; batches++)
                    EventBatches.Over(batch, BatchRows, writer.Write);
                if (batches == 0)
                    EventBatches.Over(new EventColumns(0), BatchRows, writer.Write);
                accept?.Invoke(events.Facts);
                writer.Complete(events.Facts, events.CommNames);
            });
        }
        catch (OutputException) when (unread is not null)
        {
            unread.Throw();
        }

        // A failure to read the recording is not an error of the output.
        EventTable? Next()
        {
            try
            {
                return events.Next();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                unread = ExceptionDispatchInfo.Capture(failure);
                throw;
            }
        }
    }

    /// <summary>
    /// Writes the table in Arrow's streaming format, which needs no seeking: for pipes. This is not an event file: facts that are known
    /// only at the end of a recording come at the beginning of the stream.
    /// </summary>
    public static void WriteStream(EventTable table, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(table);
        Schema named = EventSchema.Named(table.Facts);
        StringArray kinds = EventSchema.Texts(EventSchema.KindNames), comms = EventSchema.Texts(table.CommNames.Names);
        using ArrowStreamWriter writer = new(stream, named, leaveOpen: true);
        EventBatches.Over(
            table, EventBatches.MaxRows, batch => writer.WriteRecordBatch(EventSchema.Named(batch, named, kinds, comms)));
        writer.WriteEnd();
    }

    /// <summary>Reads a whole file into memory.</summary>
    /// <exception cref="EventFileException">
    /// The file is not an event file, its columns point outside it, or it changed while it was read.
    /// </exception>
    public static EventTable Open(string path)
    {
        using EventFileStream stream = new(path);
        return stream.IsOneBatch ? LoadedEvents.Open(path) : stream.ReadAll();
    }

    /// <summary>Opens a file to read it batch by batch. Its facts are available at once.</summary>
    /// <exception cref="EventFileException">See <see cref="Open"/>; thrown here or while the file is read.</exception>
    public static EventStream OpenStream(string path) => new EventFileStream(path);

    /// <summary>Writes an event file with batches of at most that many rows to a stream that can seek.</summary>
    internal static void Write(EventTable table, Stream stream, int batchRows)
    {
        using EventFileWriter writer = new(stream);
        EventBatches.Over(table, batchRows, writer.Write);
        writer.Complete(table.Facts, table.CommNames);
    }
}

/// <summary>A file is not an event file, or is damaged. The message says in one line what is wrong and where.</summary>
public sealed class EventFileException(string message, Exception? inner = null) : Exception(message, inner);
