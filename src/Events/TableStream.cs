namespace ForkTrace.Events;

/// <summary>A table as a stream of its rows.</summary>
/// <param name="table">The table. The caller still owns it.</param>
/// <param name="batchRows">Rows per batch.</param>
public sealed class TableStream(EventTable table, int batchRows) : EventStream
{
    private int _next;

    public override TraceFacts Facts => table.Facts;

    public override CommTable CommNames => table.CommNames;

    /// <inheritdoc/>
    public override EventTable? Next()
    {
        int rows = Math.Min(batchRows, table.Count - _next);
        if (rows == 0)
            return null;
        EventColumns batch = new(rows);
        batch.Add(
            table.TimesNs.Slice(_next, rows), table.Cpus.Slice(_next, rows), table.Kinds.Slice(_next, rows), table.Tasks.Slice(_next, rows),
            table.Others.Slice(_next, rows), table.Tids.Slice(_next, rows), table.Comms.Slice(_next, rows), table.Values.Slice(_next, rows));
        batch.Complete(table.Facts, table.CommNames);
        _next += rows;
        return batch;
    }
}
