using System.Buffers.Binary;
using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Ipc;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Reading;

/// <summary>
/// Reads an Arrow file ("Feather V2") by mapping it into memory: columns that are not compressed are spans over the file itself.
/// </summary>
/// <remarks>
/// The schema and the places of the batches come from the footer; some writers put the schema nowhere else. Batches are decoded when
/// they are asked for. Safe to use from several threads, except <see cref="Dispose"/>, which ends the life of all spans.
/// </remarks>
public sealed class ArrowFileReader : IDisposable
{
    private readonly MappedFile _file;
    private readonly DictionarySet _dictionaries;
    private readonly FileBlock[] _blocks;
    private readonly RecordBatch?[] _batches;
    private readonly Lock _lock = new();

    private ArrowFileReader(MappedFile file)
    {
        _file = file;
        FlatTable footer = Footer(out long footerOffset);
        Schema = SchemaDecoder.Decode(footer.Table(1, "Schema"));
        _dictionaries = new DictionarySet(Schema);
        _blocks = FileBlock.Decode(footer.Vector(3, IpcFormat.BlockBytes, "record batch blocks"), footerOffset);
        _batches = new RecordBatch?[_blocks.Length];
        FileBlock[] dictionaries = FileBlock.Decode(footer.Vector(2, IpcFormat.BlockBytes, "dictionary blocks"), footerOffset);
        foreach (FileBlock block in dictionaries)
        {
            IpcMessage message = Message(block, MessageKind.DictionaryBatch);
            _dictionaries.Add(message.Header, Body(block), canReplace: false);
        }
    }

    /// <summary>The columns, and the custom metadata as the footer has it.</summary>
    public ArrowSchema Schema { get; }

    /// <summary>The number of record batches.</summary>
    public int BatchCount => _blocks.Length;

    /// <summary>Maps a file and reads its footer and dictionaries.</summary>
    /// <exception cref="ArrowFormatException">
    /// It is no Arrow file, is truncated or damaged, or has columns that are not supported.
    /// </exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static ArrowFileReader Open(string path) => Open(new MappedFile(path));

    /// <summary>Reads a file from memory, and takes it over even if this throws.</summary>
    internal static ArrowFileReader Open(MappedFile file)
    {
        try
        {
            return new ArrowFileReader(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A record batch, in the order of the file. It is decoded once and kept until it, or this reader, is disposed.</summary>
    /// <exception cref="ArrowFormatException">The batch is damaged.</exception>
    public RecordBatch Batch(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _blocks.Length);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_file.IsDisposed, this);
            if (_batches[index] is { IsDisposed: false } known)
                return known;
            IpcMessage message = Message(_blocks[index], MessageKind.RecordBatch);
            return _batches[index] = BatchDecoder.Decode(message.Header, Schema, Body(_blocks[index]), _dictionaries);
        }
    }

    /// <summary>Unmaps the file and frees all batches: no span over them may be used any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (RecordBatch? batch in _batches)
                batch?.Dispose();
            _dictionaries.Dispose();
            _file.Dispose();
        }
    }

    private FlatTable Footer(out long footerOffset)
    {
        long least = IpcFormat.FileHeaderBytes + IpcFormat.FileTrailerBytes + sizeof(int);
        if (_file.Length < least)
            Reject.Truncated("Arrow file", 0, _file.Length, least);
        RequireMagic("magic at the start", 0);
        RequireMagic("magic at the end", _file.Length - IpcFormat.Magic.Length);
        long trailer = _file.Length - IpcFormat.FileTrailerBytes;
        int length = BinaryPrimitives.ReadInt32LittleEndian(_file.Bytes(trailer, sizeof(int)));
        Reject.Outside("footer length", trailer, length, sizeof(int), trailer - IpcFormat.FileHeaderBytes);
        footerOffset = trailer - length;
        FlatTable footer = new FlatBytes(_file.Bytes(footerOffset, length), footerOffset).Root("Footer");
        IpcMessage.RequireVersion(footer.Int16(0), footer.FileOffset);
        return footer;
    }

    private void RequireMagic(string what, long offset)
    {
        ReadOnlySpan<byte> found = _file.Bytes(offset, IpcFormat.Magic.Length);
        if (!found.SequenceEqual(IpcFormat.Magic))
            Reject.With(what, offset, Convert.ToHexString(found), "41 52 52 4F 57 31 (\"ARROW1\"; a stream has no magic)");
    }

    private IpcMessage Message(FileBlock block, MessageKind kind)
    {
        ReadOnlySpan<byte> bytes = _file.Bytes(block.Offset, block.MetadataBytes);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        // Files from before 0.15 have the length right at the start.
        int prefix = length == IpcFormat.ContinuationMarker ? IpcFormat.MessagePrefixBytes : sizeof(int);
        if (length == IpcFormat.ContinuationMarker)
            length = BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(int)..]);
        Reject.Outside("metadata length", block.Offset, length, sizeof(int), block.MetadataBytes - prefix);
        IpcMessage message = IpcMessage.Decode(bytes.Slice(prefix, length), block.Offset + prefix);
        if (message.Kind != kind)
            Reject.With("message", block.Offset, message.Kind.ToString(), kind.ToString());
        if (message.BodyBytes != block.BodyBytes)
            Reject.Number("bodyLength of Message", block.Offset, message.BodyBytes, $"{block.BodyBytes}, as in the footer");
        return message;
    }

    private BatchMemory Body(FileBlock block) => new(_file, block.Offset + block.MetadataBytes, block.BodyBytes);
}
