using ForkTrace.Arrow.Compression;

namespace ForkTrace.Arrow.Reading;

/// <summary>One buffer of a batch: a range of the body, decompressed on first use if it is compressed.</summary>
internal sealed unsafe class BodyBuffer
{
    private readonly BatchMemory _memory;
    private readonly byte* _source;
    private readonly long _compressedBytes;
    private readonly string _name;
    private volatile byte* _pointer;

    /// <summary>Bytes that are in the body as they are.</summary>
    public BodyBuffer(BatchMemory memory, long offset, long sizeBytes, string name)
    {
        _memory = memory;
        _source = memory.At(offset);
        _pointer = _source;
        _name = name;
        SizeBytes = sizeBytes;
    }

    /// <summary>A zstd frame in the body.</summary>
    public BodyBuffer(BatchMemory memory, long offset, long compressedBytes, long sizeBytes, string name)
    {
        _memory = memory;
        _source = memory.At(offset);
        _compressedBytes = compressedBytes;
        _name = name;
        SizeBytes = sizeBytes;
    }

    /// <summary>The length without compression.</summary>
    public long SizeBytes { get; }

    /// <summary>Where the buffer is in the file or stream, for messages.</summary>
    public long FileOffset => _memory.FileOffset + (_source - _memory.At(0));

    /// <summary>The bytes; null only if there are none. Safe to call from several threads.</summary>
    /// <exception cref="ArrowFormatException">The zstd data is damaged or is of another length than it says.</exception>
    public byte* Pointer
    {
        get
        {
            _memory.RequireOpen();
            return _pointer is null && SizeBytes > 0 ? Decompress() : _pointer;
        }
    }

    /// <summary>The first elements; the decoder has checked that the buffer holds as many.</summary>
    public ReadOnlySpan<T> Span<T>(int count)
        where T : unmanaged => count == 0 ? [] : new(Pointer, count);

    private byte* Decompress()
    {
        lock (this)
        {
            if (_pointer is not null)
                return _pointer;
            NativeBlock block = new(SizeBytes);
            try
            {
                long written = Zstd.Decompress(_source, _compressedBytes, block.Pointer, SizeBytes);
                if (written != SizeBytes)
                    Reject.Number($"zstd content of {_name}", FileOffset, written, $"{SizeBytes} bytes, the length before it");
            }
            catch (InvalidDataException damaged)
            {
                block.Dispose();
                throw new ArrowFormatException($"zstd data of {_name}", FileOffset, damaged.Message, "whole zstd frames", damaged);
            }
            catch
            {
                block.Dispose();
                throw;
            }

            _pointer = _memory.Keep(block);
            return _pointer;
        }
    }
}
