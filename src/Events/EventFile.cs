using System.Runtime.ExceptionServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace ForkTrace.Events;

/// <summary>
/// An event table as an Arrow IPC file that replays use in place and that other tools read: docs/formats/event-file.md has the layout.
/// </summary>
public static class EventFile
{
    /// <summary>Key of the facts, as JSON, in the metadata of the schema that the footer has.</summary>
    public const string FactsKey = "forktrace.facts";

    /// <summary>Key of the layout's version in the metadata of each schema.</summary>
    public const string VersionKey = "forktrace.events_version";

    /// <summary>Version of the layout: raised when a column or a kind changes its meaning.</summary>
    public const string Version = "2";

    /// <summary>Rows of a batch of a recording that is written while it is read.</summary>
    public const int BatchRows = EventBatches.MaxRows;

    /// <summary>What an Arrow file begins with.</summary>
    internal static ReadOnlySpan<byte> Magic => "ARROW1\0\0"u8;

    /// <summary>What an Arrow file ends with.</summary>
    internal static ReadOnlySpan<byte> FooterMagic => "ARROW1"u8;

    /// <summary>True if a file that begins so is an Arrow file.</summary>
    public static bool IsEventFile(ReadOnlySpan<byte> prefix) => prefix.StartsWith(FooterMagic);

    /// <summary>Writes the table so that the path holds either what was there before or the whole new file.</summary>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind.</exception>
    public static void Write(EventTable table, string path)
    {
        ArgumentNullException.ThrowIfNull(table);
        OutputFile.Write(path, stream => Write(table, stream, EventBatches.MaxRows));
    }

    /// <summary>
    /// Writes the batches of a stream as they come, so that the path holds either what was there before or the whole new file.
    /// </summary>
    /// <param name="events">The recording.</param>
    /// <param name="path">The file.</param>
    /// <param name="accept">Called with the facts before the file takes its name: what it throws keeps it from doing so.</param>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind. What the stream throws passes through.</exception>
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

        // That the recording cannot be read is not the output's fault.
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
    /// Writes the table in Arrow's streaming format, which needs no seeking: for pipes. Not an event file: what is known at the end
    /// of a recording stands at the beginning of the stream.
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

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="EventFileException">
    /// It is no event file, its columns point outside of what it holds, or it changed while it was read.
    /// </exception>
    public static EventTable Open(string path)
    {
        using EventFileStream stream = new(path);
        return stream.IsOneBatch ? LoadedEvents.Open(path) : stream.ReadAll();
    }

    /// <summary>Opens a file to read it batch by batch: what it holds besides is known at once.</summary>
    /// <exception cref="EventFileException">As of <see cref="Open"/>, then or as it is read.</exception>
    public static EventStream OpenStream(string path) => new EventFileStream(path);

    /// <summary>Writes an event file with batches of at most so many rows to a stream that can seek.</summary>
    internal static void Write(EventTable table, Stream stream, int batchRows)
    {
        using EventFileWriter writer = new(stream);
        EventBatches.Over(table, batchRows, writer.Write);
        writer.Complete(table.Facts, table.CommNames);
    }
}

/// <summary>A file is not an event file, or is damaged: the message says what and where in one line.</summary>
public sealed class EventFileException(string message, Exception? inner = null) : Exception(message, inner);
