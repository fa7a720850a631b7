using System.Buffers;
using ForkTrace.Arrow.Compression;
using ForkTrace.Arrow.Ipc;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Writing;

/// <summary>The nodes and buffers of one batch: gathered, placed, and compressed if asked, before the first byte is written.</summary>
/// <remarks>The metadata goes before the body and names every length, so a compressed body is held in memory until it is written.</remarks>
internal sealed unsafe class BatchBody(ArrowWriterOptions options) : IDisposable
{
    private readonly List<long> _nodes = [];
    private readonly List<long> _places = [];
    private readonly List<Piece> _pieces = [];
    private readonly List<NativeBlock> _compressed = [];

    public long SizeBytes { get; private set; }

    private bool IsCompressed => options.Compression == ArrowCompression.Zstd;

    public void Add(ColumnData column)
    {
        _nodes.Add(column.Length);
        _nodes.Add(column.NullCount);
        foreach (BufferSource buffer in column.Buffers)
            Add(buffer);
        if (column.Items is not null)
            Add(column.Items);
    }

    /// <summary>What the metadata says about the columns added so far.</summary>
    public BatchLayout Layout(int rowCount) => new()
    {
        RowCount = rowCount,
        Nodes = _nodes.ToArray(),
        Buffers = _places.ToArray(),
        BodyBytes = SizeBytes,
        IsCompressed = IsCompressed,
    };

    public void WriteTo(MessageSink sink)
    {
        foreach (Piece piece in _pieces)
        {
            if (piece.Prefix is long prefix)
                sink.WriteInt64(prefix);
            sink.Write(piece.Pointer, piece.SizeBytes);
            sink.Pad(IpcFormat.AlignmentBytes);
        }
    }

    public void Dispose()
    {
        foreach (Piece piece in _pieces)
            piece.Pin.Dispose();
        foreach (NativeBlock block in _compressed)
            block.Dispose();
        _pieces.Clear();
        _compressed.Clear();
    }

    private void Add(BufferSource source)
    {
        if (source.SizeBytes == 0)
        {
            Place(0);
            return;
        }

        MemoryHandle pin = source.Pin();
        Piece piece;
        try
        {
            piece = IsCompressed ? Compress(pin, source.SizeBytes) : new(pin, (byte*)pin.Pointer, source.SizeBytes, null);
        }
        catch
        {
            pin.Dispose();
            throw;
        }

        _pieces.Add(piece);
        Place(piece.SizeBytes + (piece.Prefix is null ? 0 : IpcFormat.CompressedPrefixBytes));
    }

    private void Place(long sizeBytes)
    {
        _places.Add(SizeBytes);
        _places.Add(sizeBytes);
        SizeBytes = IpcFormat.Padded(SizeBytes + sizeBytes);
    }

    private Piece Compress(MemoryHandle pin, long sizeBytes)
    {
        byte* source = (byte*)pin.Pointer;
        NativeBlock block = new(Zstd.MaxCompressedSize(sizeBytes));
        _compressed.Add(block);
        long packed = Zstd.Compress(source, sizeBytes, block.Pointer, block.SizeBytes, options.ZstdLevel);
        if (packed >= sizeBytes)
        {
            block.Resize(0);
            return new(pin, source, sizeBytes, IpcFormat.StoredLength);
        }

        block.Resize(packed);
        return new(pin, block.Pointer, packed, sizeBytes);
    }

    /// <summary>Bytes of the body, after the uncompressed length if the body is compressed.</summary>
    private sealed class Piece(MemoryHandle pin, byte* pointer, long sizeBytes, long? prefix)
    {
        public MemoryHandle Pin { get; } = pin;

        public byte* Pointer => pointer;

        public long SizeBytes => sizeBytes;

        public long? Prefix => prefix;
    }
}
