namespace ForkTrace.Events.Synthesis;

/// <summary>Rows of sources, batch by batch, in reused memory that does not grow with the number of rows.</summary>
internal sealed class SyntheticStream(RowSource[] sources, TraceFacts facts, CommTable comms, int batchRows) : EventStream
{
    private readonly RowMerge _merge = new(sources);
    private readonly EventCounts _counts = new();
    private readonly EventColumns _columns = new(batchRows);

    public override TraceFacts Facts => _counts.On(facts);
    public override CommTable CommNames => comms;

    public override EventTable? Next()
    {
        _columns.Clear();
        if (!_merge.Fill(_columns, batchRows, _counts))
            return null;
        _columns.Complete(Facts, comms);
        return _columns;
    }
}
