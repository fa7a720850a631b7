using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Reading;

/// <summary>
/// Some rows of a file or stream, column by column. Dispose it, or for a file its reader, when its spans are no longer used.
/// </summary>
public sealed class RecordBatch : IDisposable
{
    private readonly ArrowColumn[] _columns;
    private readonly BatchMemory _memory;
    private readonly DictionaryChain[] _dictionaries;
    private int _isDisposed;

    internal RecordBatch(ArrowSchema schema, int rowCount, ArrowColumn[] columns, BatchMemory memory, DictionaryChain[] dictionaries)
    {
        Schema = schema;
        RowCount = rowCount;
        _columns = columns;
        _memory = memory;
        _dictionaries = dictionaries;
    }

    public ArrowSchema Schema { get; }

    public int RowCount { get; }

    public IReadOnlyList<ArrowColumn> Columns => _columns;

    internal bool IsDisposed => _isDisposed != 0;

    public ArrowColumn Column(int index) => _columns[index];

    /// <summary>The first column with this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ArrowColumn Column(string name)
    {
        int index = Schema.IndexOf(name);
        if (index < 0)
            throw new ArgumentException($"There is no column '{name}'; the columns are: {Schema}.", nameof(name));
        return _columns[index];
    }

    /// <summary>Frees what was read or decompressed for this batch. Spans over it must not be used any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _memory.Dispose();
        foreach (DictionaryChain chain in _dictionaries)
            chain.Release();
    }
}
