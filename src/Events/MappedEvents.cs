using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Events;

/// <summary>An event table over a mapped Arrow file. Checked once when opened, so that no later reader can be led outside of it.</summary>
internal sealed unsafe class MappedEvents : EventTable
{
    private readonly ArrowFileReader _reader;
    private readonly long* _timesNs;
    private readonly ushort* _cpus;
    private readonly EventKind* _kinds;
    private readonly int* _tasks;
    private readonly int* _others;
    private readonly int* _tids;
    private readonly int* _comms;
    private readonly long* _values;

    private MappedEvents(ArrowFileReader reader, RecordBatch? batch, TraceFacts facts, CommTable comms)
    {
        _reader = reader;
        Facts = facts;
        CommNames = comms;
        Count = batch?.RowCount ?? 0;
        if (batch is null)
            return;

        // The columns lie in the mapping, or in native memory of the batch: neither moves while the reader lives.
        _timesNs = Start<long>(batch, 0);
        _cpus = Start<ushort>(batch, 1);
        _kinds = (EventKind*)Start<byte>(batch, 2);
        _tasks = Start<int>(batch, 3);
        _others = Start<int>(batch, 4);
        _tids = Start<int>(batch, 5);
        _comms = Start<int>(batch, 6);
        _values = Start<long>(batch, 7);
    }

    public override TraceFacts Facts { get; }

    public override CommTable CommNames { get; }

    public override int Count { get; }

    public override ReadOnlySpan<long> TimesNs => new(_timesNs, Count);

    public override ReadOnlySpan<ushort> Cpus => new(_cpus, Count);

    public override ReadOnlySpan<EventKind> Kinds => new(_kinds, Count);

    public override ReadOnlySpan<int> Tasks => new(_tasks, Count);

    public override ReadOnlySpan<int> Others => new(_others, Count);

    public override ReadOnlySpan<int> Tids => new(_tids, Count);

    public override ReadOnlySpan<int> Comms => new(_comms, Count);

    public override ReadOnlySpan<long> Values => new(_values, Count);

    public static MappedEvents Of(ArrowFileReader reader, string path)
    {
        RequireColumns(reader.Schema, path);
        if (reader.BatchCount > 1)
            throw new EventFileException($"{path} has {reader.BatchCount} record batches; an event file has one");
        TraceFacts facts = FactsOf(reader.Schema, path);
        RecordBatch? batch = reader.BatchCount == 0 ? null : reader.Batch(0);
        CommTable comms = batch is null ? CommTable.Empty : CommsOf(batch.Column(6));
        MappedEvents events = new(reader, batch, facts, comms);
        events.RequireSound(path);
        return events;
    }

    public override void Dispose()
    {
        _reader.Dispose();
        base.Dispose();
    }

    private static void RequireColumns(ArrowSchema schema, string path)
    {
        string? version = schema.Metadata[EventFile.VersionKey];
        if (version is null)
            throw new EventFileException($"{path} is an Arrow file, but not one of events: it has no '{EventFile.VersionKey}'");
        if (version != EventFile.Version)
        {
            throw new EventFileException(
                $"{path} is of events version {version}; this program reads {EventFile.Version}: ingest the trace again");
        }


        if (schema.ToString() != EventFile.Columns.ToString())
            throw new EventFileException($"{path} has the columns {schema}; an event file has {EventFile.Columns}");
    }

    private static TraceFacts FactsOf(ArrowSchema schema, string path)
    {
        try
        {
            return TraceFactsJson.Deserialize(schema.Metadata[EventFile.FactsKey] ?? "null");
        }
        catch (JsonException fault)
        {
            throw new EventFileException($"{path} holds no readable facts: {fault.Message}", fault);
        }
    }

    private static CommTable CommsOf(ArrowColumn column)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(column.Dictionary.Count);
        for (int index = 0; index < column.Dictionary.Count; index++)
            names.Add(column.Dictionary.Text(index) ?? "");
        return new CommTable(names.ToImmutable());
    }

    private static T* Start<T>(RecordBatch batch, int column)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(batch.Column(column).Values<T>()));

    private void RequireSound(string path)
    {
        Require(EventKinds.AreAllKnown(Kinds), "a kind", path);
        Require(Cpus.IndexOfAnyExceptInRange((ushort)0, (ushort)Math.Clamp(Facts.Cpus - 1, 0, ushort.MaxValue)) < 0, "a CPU", path);
        Require(Facts.Tasks >= 0 && Tasks.IndexOfAnyExceptInRange(-1, Facts.Tasks - 1) < 0, "a task", path);
        Require(Others.IndexOfAnyExceptInRange(-1, Facts.Tasks - 1) < 0, "a task", path);

        // Of the range from 0 to -1, every number is said to be in it.
        bool hasComms = CommNames.Count > 0 && Comms.IndexOfAnyExceptInRange(0, CommNames.Count - 1) < 0;
        Require(Count == 0 || hasComms, "a comm", path);
        ReadOnlySpan<long> times = TimesNs;
        for (int row = 1; row < times.Length; row++)
            Require(times[row] >= times[row - 1], "a time", path);
    }

    private static void Require(bool isSound, string what, string path)
    {
        if (!isSound)
            throw new EventFileException($"{path} is damaged: {what} is outside of what its facts allow");
    }
}
