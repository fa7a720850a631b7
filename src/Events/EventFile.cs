using ForkTrace.Arrow;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Events;

/// <summary>
/// An event table as an Arrow file: one record batch of the columns of <see cref="EventTable"/>, uncompressed and aligned, so that it
/// is used in place when mapped; comms as a dictionary; the facts as JSON in the schema's metadata. Any Arrow reader opens it.
/// </summary>
public static class EventFile
{
    /// <summary>Key of the facts in the schema's metadata.</summary>
    public const string FactsKey = "forktrace.facts";

    /// <summary>Key of the layout's version in the schema's metadata.</summary>
    public const string VersionKey = "forktrace.events_version";

    /// <summary>Version of the layout: raised when a column or a kind changes its meaning.</summary>
    public const string Version = "1";

    internal static ArrowSchema Columns { get; } = new(
    [
        new ArrowField("ts_ns", ArrowType.Int64),
        new ArrowField("cpu", ArrowType.UInt16),
        new ArrowField("kind", ArrowType.UInt8),
        new ArrowField("task", ArrowType.Int32),
        new ArrowField("other", ArrowType.Int32),
        new ArrowField("tid", ArrowType.Int32),
        new ArrowField("comm", ArrowType.Dictionary(ArrowType.Int32)),
        new ArrowField("value", ArrowType.Int64),
    ]);

    /// <summary>True if a file that begins so is an Arrow file.</summary>
    public static bool IsEventFile(ReadOnlySpan<byte> prefix) => prefix.StartsWith("ARROW1"u8);

    /// <summary>Writes the table so that the path holds either what was there before or the whole new file.</summary>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind.</exception>
    public static void Write(EventTable table, string path)
    {
        ArgumentNullException.ThrowIfNull(table);
        OutputFile.Write(path, stream =>
        {
            using ArrowFileWriter writer = new(stream, SchemaOf(table), new ArrowWriterOptions { LeaveOpen = true });
            Write(table, writer);
        });
    }

    /// <summary>Writes the table in Arrow's streaming format, which needs no seeking: for pipes.</summary>
    public static void WriteStream(EventTable table, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(table);
        using ArrowStreamWriter writer = new(stream, SchemaOf(table), new ArrowWriterOptions { LeaveOpen = true });
        Write(table, writer);
    }

    /// <summary>Maps a file. The table's spans lie in the mapping.</summary>
    /// <exception cref="EventFileException">It is no event file, or its columns point outside of what it holds.</exception>
    public static EventTable Open(string path)
    {
        ArrowFileReader reader;
        try
        {
            reader = ArrowFileReader.Open(path);
        }
        catch (ArrowFormatException damage)
        {
            throw new EventFileException($"{path} is not a whole event file: {damage.Message}", damage);
        }

        try
        {
            return MappedEvents.Of(reader, path);
        }
        catch (Exception fault)
        {
            reader.Dispose();
            if (fault is ArrowFormatException)
                throw new EventFileException($"{path} is damaged: {fault.Message}", fault);
            throw;
        }
    }

    private static ArrowSchema SchemaOf(EventTable table) => Columns.With(new ArrowMetadata(
        KeyValuePair.Create(VersionKey, Version), KeyValuePair.Create(FactsKey, TraceFactsJson.Serialize(table.Facts))));

    private static unsafe void Write(EventTable table, ArrowWriter writer)
    {
        Utf8Builder comms = new();
        foreach (string name in table.CommNames.Names)
            comms.Add(name);
        fixed (long* times = table.TimesNs)
        fixed (long* values = table.Values)
        fixed (ushort* cpus = table.Cpus)
        fixed (EventKind* kinds = table.Kinds)
        fixed (int* tasks = table.Tasks, others = table.Others, tids = table.Tids, indices = table.Comms)
        {
            writer.Write(
                table.Count,
                ColumnData.FromNative(times, table.Count),
                ColumnData.FromNative(cpus, table.Count),
                ColumnData.FromNative((byte*)kinds, table.Count),
                ColumnData.FromNative(tasks, table.Count),
                ColumnData.FromNative(others, table.Count),
                ColumnData.FromNative(tids, table.Count),
                ColumnData.FromNativeDictionary(indices, table.Count, comms),
                ColumnData.FromNative(values, table.Count));
        }

        writer.Finish();
    }
}
