using System.Buffers.Binary;
using ForkTrace.Arrow.Compression;
using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Ipc;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Reading;

/// <summary>Lays the columns of a schema over the body of a batch, checking every count and range against the body.</summary>
/// <remarks>
/// Field nodes and buffers are in the order of a walk through the schema: each field has a node and a validity bitmap; then offsets
/// (text, binary, list); then data, or for a list the node and buffers of its items.
/// </remarks>
internal ref struct BatchDecoder
{
    // A zstd block of 128 KiB takes 4 bytes at least (RFC 8878), so no honest content is larger than this times its frame.
    private const long MaxZstdRatio = 128 * 1024 / 4;

    // RFC 8878: magic, descriptor, window, dictionary id, content size.
    private const int MaxFrameHeaderBytes = 18;

    private readonly BatchMemory _memory;
    private readonly DictionarySet _dictionaries;
    private readonly FlatVector _nodes;
    private readonly FlatVector _buffers;
    private readonly long _metadataOffset;
    private readonly bool _isCompressed;
    private readonly List<DictionaryChain> _held = [];
    private int _node;
    private int _buffer;

    /// <summary>RecordBatch: 0 length, 1 nodes, 2 buffers, 3 compression.</summary>
    private BatchDecoder(FlatTable batch, BatchMemory memory, DictionarySet dictionaries)
    {
        _memory = memory;
        _dictionaries = dictionaries;
        _metadataOffset = batch.FileOffset;
        _nodes = batch.Vector(1, IpcFormat.FieldNodeBytes, "FieldNode");
        _buffers = batch.Vector(2, IpcFormat.BufferBytes, "Buffer");
        _isCompressed = IsZstd(batch);
    }

    /// <summary>Decodes a batch; on success the batch owns the memory.</summary>
    /// <exception cref="ArrowFormatException">The metadata and the body do not fit the schema.</exception>
    public static RecordBatch Decode(FlatTable batch, ArrowSchema schema, BatchMemory memory, DictionarySet dictionaries)
    {
        long rows = batch.Int64(0);
        Reject.Outside("length of RecordBatch", batch.FileOffset, rows, 0, int.MaxValue);
        BatchDecoder decoder = new(batch, memory, dictionaries);
        ArrowColumn[] columns = new ArrowColumn[schema.Fields.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = decoder.Column(schema.Fields[i]);
            if (columns[i].Length != rows)
            {
                string what = $"rows of '{schema.Fields[i].Name}'";
                Reject.Number(what, decoder._metadataOffset, columns[i].Length, $"{rows}, the batch's length");
            }
        }

        decoder.RequireAllUsed();
        foreach (DictionaryChain chain in decoder._held)
            chain.Hold();
        return new RecordBatch(schema, (int)rows, columns, memory, [.. decoder._held]);
    }

    /// <summary>BodyCompression: 0 codec (LZ4 frame, zstd), 1 method (each buffer by itself).</summary>
    private static bool IsZstd(FlatTable batch)
    {
        if (!batch.TryTable(3, "BodyCompression", out FlatTable compression))
            return false;
        if (compression.UInt8(0) != IpcFormat.ZstdCodec || compression.UInt8(1) != 0)
        {
            string found = compression.UInt8(0) == 0 ? "LZ4" : $"codec {compression.UInt8(0)}, method {compression.UInt8(1)}";
            Reject.With("compression of RecordBatch", compression.FileOffset, found, "none or zstd, buffer by buffer");
        }

        return true;
    }

    private ArrowColumn Column(ArrowField field)
    {
        (int length, int nullCount) = Node(field);
        long validityBytes = nullCount > 0 ? Bitmap.Bytes(length) : 0;
        BodyBuffer validity = Buffer(field, "validity", validityBytes);
        ArrowType type = field.Type;
        if (type.OffsetWidth == 0)
        {
            long dataBytes = type.Id == ArrowTypeId.Bool ? Bitmap.Bytes(length) : (long)length * type.ByteWidth;
            BodyBuffer data = Buffer(field, "values", dataBytes);
            return new(field, length, nullCount, validity, null, data, dictionary: Dictionary(field));
        }

        // A column of no rows may have no offsets at all.
        BodyBuffer offsets = Buffer(field, "offsets", length == 0 ? 0 : (length + 1L) * type.OffsetWidth);
        if (type.Id != ArrowTypeId.List)
            return new(field, length, nullCount, validity, offsets, Buffer(field, "values", 0));
        ArrowField item = new(field.Name + ".item", type.ValueType!, type.HasNullableItems);
        return new(field, length, nullCount, validity, offsets, null, items: Column(item));
    }

    private Utf8Column? Dictionary(ArrowField field)
    {
        if (field.Type.Id != ArrowTypeId.Dictionary)
            return null;
        // A dictionary may be missing if no row uses it; a row that does is refused when it is read.
        DictionaryChain? chain = _dictionaries.Find(field.DictionaryId);
        if (chain is null)
            return DictionaryChain.Empty;
        _held.Add(chain);
        return chain.Snapshot();
    }

    private (int Length, int NullCount) Node(ArrowField field)
    {
        if (_node >= _nodes.Count)
            Reject.Number($"field nodes up to '{field.Name}'", _metadataOffset, _nodes.Count, $"at least {_node + 1}");
        long length = _nodes.Int64(_node, 0);
        long nullCount = _nodes.Int64(_node, sizeof(long));
        Reject.Outside($"rows of '{field.Name}'", _nodes.FileOffset(_node), length, 0, int.MaxValue);
        Reject.Outside($"null count of '{field.Name}'", _nodes.FileOffset(_node), nullCount, 0, length);
        _node++;
        return ((int)length, (int)nullCount);
    }

    private unsafe BodyBuffer Buffer(ArrowField field, string part, long neededBytes)
    {
        string name = $"{part} of '{field.Name}'";
        if (_buffer >= _buffers.Count)
            Reject.Number($"buffers up to {name}", _metadataOffset, _buffers.Count, $"at least {_buffer + 1}");
        long at = _buffers.FileOffset(_buffer);
        long offset = _buffers.Int64(_buffer, 0);
        long length = _buffers.Int64(_buffer, sizeof(long));
        _buffer++;
        Reject.Outside($"offset of {name}", at, offset, 0, _memory.SizeBytes);
        Reject.Outside($"length of {name}", at, length, 0, _memory.SizeBytes - offset);
        if (!_isCompressed || length == 0)
        {
            RequireBytes(name, at, length, neededBytes);
            return new BodyBuffer(_memory, offset, length, name);
        }

        Reject.Outside($"compressed length of {name}", at, length, IpcFormat.CompressedPrefixBytes, _memory.SizeBytes);
        long plain = BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(_memory.At(offset), IpcFormat.CompressedPrefixBytes));
        offset += IpcFormat.CompressedPrefixBytes;
        length -= IpcFormat.CompressedPrefixBytes;
        if (plain == IpcFormat.StoredLength)
        {
            RequireBytes(name, at, length, neededBytes);
            return new BodyBuffer(_memory, offset, length, name);
        }

        plain = ContentBytes(plain, new ReadOnlySpan<byte>(_memory.At(offset), (int)Math.Min(length, MaxFrameHeaderBytes)), length);
        long most = length > long.MaxValue / MaxZstdRatio ? long.MaxValue : length * MaxZstdRatio;
        Reject.Outside($"uncompressed length of {name}", _memory.FileOffset + offset - IpcFormat.CompressedPrefixBytes, plain, 0, most);
        RequireBytes(name, at, plain, neededBytes);
        return new BodyBuffer(_memory, offset, length, plain, name);
    }

    /// <summary>
    /// The uncompressed length before a frame. The JavaScript library up to 21.2 writes the compressed length there (arrow-js pull request
    /// 470): where the two agree, the frame's own header decides.
    /// </summary>
    private static long ContentBytes(long prefix, ReadOnlySpan<byte> frameStart, long frameBytes) =>
        prefix == frameBytes && Zstd.TryGetContentSize(frameStart, out long contentBytes) ? contentBytes : prefix;

    private readonly void RequireAllUsed()
    {
        if (_node != _nodes.Count)
            Reject.Number("field nodes", _metadataOffset, _nodes.Count, $"{_node}, one a field");
        if (_buffer != _buffers.Count)
            Reject.Number("buffers", _metadataOffset, _buffers.Count, $"{_buffer}, as the schema has");
    }

    private static void RequireBytes(string name, long at, long length, long needed)
    {
        if (length < needed)
            Reject.Number($"length of {name}", at, length, $"at least {needed}, for the rows that the batch says it has");
    }
}
