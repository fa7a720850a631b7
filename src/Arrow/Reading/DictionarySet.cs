using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Reading;

/// <summary>The dictionaries of a file or stream by their id.</summary>
internal sealed class DictionarySet(ArrowSchema schema) : IDisposable
{
    private readonly Dictionary<long, DictionaryChain> _chains = [];

    public DictionaryChain? Find(long id) => _chains.GetValueOrDefault(id);

    /// <summary>Takes a dictionary batch in. DictionaryBatch: 0 id, 1 data, 2 is delta.</summary>
    /// <param name="header">The metadata of the batch.</param>
    /// <param name="memory">Its body, taken over even if this throws.</param>
    /// <param name="canReplace">True in a stream, where a dictionary may be replaced by another.</param>
    public void Add(FlatTable header, BatchMemory memory, bool canReplace)
    {
        RecordBatch? batch = null;
        try
        {
            long id = header.Int64(0);
            ArrowSchema values = new([ValueField(id, header.FileOffset)]);
            batch = BatchDecoder.Decode(header.Table(1, "RecordBatch"), values, memory, this);
            DictionaryChain? chain = Find(id);
            bool isDelta = header.Flag(2);
            if (chain is not null && !isDelta && !canReplace)
            {
                Reject.With(
                    $"dictionary batch of dictionary {id}", header.FileOffset, "a second one that is no delta", "only deltas, in a file");
            }

            if (chain is null || !isDelta)
            {
                chain?.Release();
                _chains[id] = chain = new DictionaryChain();
            }

            chain.Add(batch, header.FileOffset);
        }
        catch
        {
            batch?.Dispose();
            memory.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (DictionaryChain chain in _chains.Values)
            chain.Release();
        _chains.Clear();
    }

    private ArrowField ValueField(long id, long fileOffset)
    {
        foreach (ArrowField field in schema.Fields)
        {
            if (field.Type.Id == ArrowTypeId.Dictionary && field.DictionaryId == id)
                return new ArrowField(field.Name, field.Type.ValueType!, isNullable: true);
        }

        Reject.Number("id of dictionary batch", fileOffset, id, "the id of a dictionary field of the schema");
        return null;
    }
}
