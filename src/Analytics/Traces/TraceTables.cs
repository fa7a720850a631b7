using System.Collections;
using DuckDB.NET.Data.DataChunk.Writer;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Analytics.Traces;

/// <summary>
/// A recording as tables of a connection: <c>events</c>, <c>operations</c>, <c>lifecycles</c>. Rows are computed as a query reads them,
/// straight from the recording's columns: nothing is copied, and nothing is stored.
/// </summary>
internal sealed class TraceTables
{
    private const string Prefix = "forktrace_";
    private readonly EventTable _events;
    private readonly Lazy<StackOperations> _operations;
    private readonly Lazy<TaskLifecycles> _lifecycles;

    private TraceTables(EventTable events, ulong seed)
    {
        _events = events;
        _operations = new Lazy<StackOperations>(() => LifecycleBuilder.Build(ReplayInput.Of(events), seed));
        _lifecycles = new Lazy<TaskLifecycles>(() => new TaskLifecycles(events, _operations.Value));
    }

    /// <summary>Makes the tables. The recording must stay open as long as the connection.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="events">The recording.</param>
    /// <param name="seed">Drives the grace-period model where the recording is silent.</param>
    public static void Add(DuckDBConnection connection, EventTable events, ulong seed)
    {
        TraceTables tables = new(events, seed);
        AddTable(connection, TraceColumns.Events, () => events.Count, tables.WriteEvent);
        AddTable(connection, TraceColumns.Operations, () => tables._operations.Value.Count, tables.WriteOperation);
        AddTable(connection, TraceColumns.Lifecycles, () => tables._lifecycles.Value.Count, tables.WriteLifecycle);
    }

    private static void AddTable(
        DuckDBConnection connection, TraceRelation relation, Func<int> count, Action<int, IDuckDBDataWriter[], ulong> write)
    {
        ColumnInfo[] columns = [.. relation.Columns.Select(column => new ColumnInfo(column.Name, column.Type))];
        connection.RegisterTableFunction(
            Prefix + relation.Name,
            () => new TableFunction(columns, new RowCursor(count()), default),
            (cursor, writers, row) => write(((RowCursor)cursor!).Row, writers, row));
        connection.Execute($"CREATE OR REPLACE TEMP VIEW {relation.Name} AS SELECT * FROM {Prefix}{relation.Name}()");
        connection.Execute($"COMMENT ON VIEW {relation.Name} IS '{relation.Description.Replace("'", "''", StringComparison.Ordinal)}'");
        foreach (TraceColumn column in relation.Columns)
        {
            string meaning = column.Description.Replace("'", "''", StringComparison.Ordinal);
            connection.Execute($"COMMENT ON COLUMN {relation.Name}.{column.Name} IS '{meaning}'");
        }
    }

    private void WriteEvent(int row, IDuckDBDataWriter[] writers, ulong place)
    {
        writers[0].WriteValue(_events.TimesNs[row], place);
        writers[1].WriteValue(_events.TimesNs[row] - _events.Facts.FirstNs, place);
        writers[2].WriteValue((int)_events.Cpus[row], place);
        writers[3].WriteValue(EventKinds.Name(_events.Kinds[row]), place);
        WriteId(writers[4], _events.Tasks[row], place);
        WriteId(writers[5], _events.Others[row], place);
        writers[6].WriteValue(_events.Tids[row], place);
        WriteText(writers[7], _events.CommNames[_events.Comms[row]], place);
        writers[8].WriteValue(_events.Values[row], place);
    }

    private void WriteOperation(int index, IDuckDBDataWriter[] writers, ulong place)
    {
        StackOperations operations = _operations.Value;
        writers[0].WriteValue(operations.TimesNs[index], place);
        writers[1].WriteValue(operations.TimesNs[index] - operations.FirstNs, place);
        writers[2].WriteValue((int)operations.Cpus[index], place);
        writers[3].WriteValue(EvidenceNames.Of(operations.Kinds[index]), place);
        writers[4].WriteValue(operations.TaskIds[index], place);
        writers[5].WriteValue(EvidenceNames.Of(operations.EvidenceOf[index]), place);
    }

    private void WriteLifecycle(int task, IDuckDBDataWriter[] writers, ulong place)
    {
        TaskLifecycles lives = _lifecycles.Value;
        bool isFailedFork = _operations.Value.IsFailedFork(task);
        int birth = lives.BirthRow(task);
        int last = isFailedFork ? -1 : lives.LastRow[task];
        writers[0].WriteValue(task, place);
        if (last < 0)
            writers[1].WriteNull(place);
        else
            writers[1].WriteValue(_events.Tids[last], place);
        WriteText(writers[2], birth < 0 ? "" : _events.CommNames[_events.Comms[birth]], place);
        WriteText(writers[3], lives.KindOf(task, _events) ?? "", place);
        WriteId(writers[4], birth < 0 ? -1 : _events.Others[birth], place);
        writers[5].WriteValue(isFailedFork, place);
        int allocate = lives.Operation(task, StackOperationKind.Allocate);
        int release = lives.Operation(task, StackOperationKind.Release);
        WriteOperationOf(writers.AsSpan(6, 3), allocate, place);
        WriteOperationOf(writers.AsSpan(9, 3), release, place);
        WriteOperationOf(writers.AsSpan(12, 2), lives.Operation(task, StackOperationKind.StackCallback), place);
        WriteOperationOf(writers.AsSpan(14, 2), lives.Operation(task, StackOperationKind.TaskFree), place);
        if (allocate < 0 || release < 0)
            writers[16].WriteNull(place);
        else
            writers[16].WriteValue(_operations.Value.TimesNs[release] - _operations.Value.TimesNs[allocate], place);
    }

    // Time, evidence and, where there is room, CPU.
    private void WriteOperationOf(Span<IDuckDBDataWriter> writers, int index, ulong place)
    {
        if (index < 0)
        {
            foreach (IDuckDBDataWriter writer in writers)
                writer.WriteNull(place);
            return;
        }

        StackOperations operations = _operations.Value;
        writers[0].WriteValue(operations.TimesNs[index], place);
        writers[1].WriteValue(EvidenceNames.Of(operations.EvidenceOf[index]), place);
        if (writers.Length > 2)
            writers[2].WriteValue((int)operations.Cpus[index], place);
    }

    private static void WriteId(IDuckDBDataWriter writer, int id, ulong place)
    {
        if (id < 0)
            writer.WriteNull(place);
        else
            writer.WriteValue(id, place);
    }

    private static void WriteText(IDuckDBDataWriter writer, string text, ulong place)
    {
        if (text.Length == 0)
            writer.WriteNull(place);
        else
            writer.WriteValue(text, place);
    }
}

/// <summary>
/// Rows 0 to <paramref name="count"/> as the engine walks over them: the one object is handed out for each row, so that a scan of
/// millions of rows allocates nothing. Each scan needs its own.
/// </summary>
internal sealed class RowCursor(int count) : IEnumerable
{
    /// <summary>The row that the engine asks for.</summary>
    public int Row { get; private set; } = -1;

    public IEnumerator GetEnumerator()
    {
        for (Row = 0; Row < count; Row++)
            yield return this;
    }
}
