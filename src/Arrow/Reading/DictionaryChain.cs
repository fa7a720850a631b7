namespace ForkTrace.Arrow.Reading;

/// <summary>
/// The texts of one dictionary: a first batch and the deltas that were added to it. Batches that use it and the reader each hold a
/// reference; the last one to let go frees it.
/// </summary>
/// <remarks>Parts are only ever added, so a <see cref="Utf8Column"/> that was taken earlier stays right while the chain grows.</remarks>
internal sealed class DictionaryChain
{
    private readonly List<RecordBatch> _batches = [];
    private ArrowColumn[] _parts = [];
    private int[] _starts = [];
    private int _partCount;
    private int _count;
    private int _references = 1;

    /// <summary>A dictionary of no texts.</summary>
    public static Utf8Column Empty { get; } = new([], [], 0, 0);

    /// <summary>Adds the only column of a dictionary batch and takes over the batch.</summary>
    public void Add(RecordBatch batch, long fileOffset)
    {
        Reject.Outside("texts of a dictionary", fileOffset, _count + (long)batch.RowCount, 0, int.MaxValue);
        if (_partCount == _parts.Length)
        {
            Array.Resize(ref _parts, Math.Max(1, _partCount * 2));
            Array.Resize(ref _starts, Math.Max(1, _partCount * 2));
        }

        _batches.Add(batch);
        _parts[_partCount] = batch.Column(0);
        _starts[_partCount] = _count;
        _partCount++;
        _count += batch.RowCount;
    }

    /// <summary>The texts so far.</summary>
    public Utf8Column Snapshot() => new(_parts, _starts, _partCount, _count);

    public void Hold() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
    }
}
