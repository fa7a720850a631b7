using System.Buffers.Binary;
using ForkTrace.Arrow.Ipc;

namespace ForkTrace.Arrow.Reading;

/// <summary>Cuts a stream into messages: framing, metadata, body. See <see cref="IpcFormat"/> for the layout.</summary>
internal sealed class MessageSource(Stream stream, bool leaveOpen) : IDisposable
{
    private const int FirstReadBytes = 64 * 1024;

    private byte[] _metadata = new byte[4096];
    private bool _hasEnded;

    /// <summary>Bytes read so far.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the message under way began.</summary>
    public long MessageOffset { get; private set; }

    /// <summary>The metadata of the next message, valid until the next call; false at the end marker, or where the stream ends.</summary>
    public bool TryNext(out IpcMessage message)
    {
        message = default;
        MessageOffset = Offset;
        if (_hasEnded || !TryLength(out int length))
        {
            _hasEnded = true;
            return false;
        }

        Reject.Outside("metadata length", MessageOffset, length, sizeof(int), int.MaxValue);
        long at = Offset;
        ReadMetadata(length);
        message = IpcMessage.Decode(_metadata.AsSpan(0, length), at);
        return true;
    }

    /// <summary>The body that follows the metadata just read.</summary>
    public unsafe BatchMemory ReadBody(long sizeBytes)
    {
        long start = Offset;
        NativeBlock block = new(Math.Min(sizeBytes, FirstReadBytes));
        try
        {
            long filled = 0;
            while (filled < sizeBytes)
            {
                if (filled == block.SizeBytes)
                    block.Resize(Math.Min(sizeBytes, filled * 2));
                int count = (int)Math.Min(block.SizeBytes - filled, int.MaxValue);
                int read = stream.Read(new Span<byte>(block.Pointer + filled, count));
                if (read == 0)
                    Reject.Truncated("body of a message", start, filled, sizeBytes);
                filled += read;
                Offset += read;
            }
        }
        catch
        {
            block.Dispose();
            throw;
        }

        return new BatchMemory(block, start, sizeBytes);
    }

    public void Dispose()
    {
        if (!leaveOpen)
            stream.Dispose();
    }

    /// <summary>The length of the next metadata; false at the end. Streams may end without the end marker.</summary>
    private bool TryLength(out int length)
    {
        Span<byte> word = stackalloc byte[sizeof(int)];
        length = 0;
        int read = Fill(word);
        if (read == 0)
            return false;
        RequireWhole(read);
        if (MessageOffset == 0 && IpcFormat.Magic.StartsWith(word))
            Reject.With("Arrow stream", 0, "the magic of an Arrow file", "a message; read it as a file");
        length = BinaryPrimitives.ReadInt32LittleEndian(word);
        if (length != IpcFormat.ContinuationMarker)
            return length != 0;
        RequireWhole(Fill(word));
        length = BinaryPrimitives.ReadInt32LittleEndian(word);
        return length != 0;
    }

    private void RequireWhole(int read)
    {
        if (read < sizeof(int))
            Reject.Truncated("length of a message", MessageOffset, read, sizeof(int));
    }

    private void ReadMetadata(int length)
    {
        int filled = 0;
        while (filled < length)
        {
            if (filled == _metadata.Length)
                Array.Resize(ref _metadata, (int)Math.Min(Array.MaxLength, _metadata.Length * 2L));
            int part = Math.Min(length, _metadata.Length) - filled;
            if (part == 0)
                Reject.Number("metadata length", MessageOffset, length, $"0 to {Array.MaxLength}");
            int read = Fill(_metadata.AsSpan(filled, part));
            filled += read;
            if (read < part)
                Reject.Truncated("metadata of a message", MessageOffset, filled, length);
        }
    }

    private int Fill(Span<byte> target)
    {
        int read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        Offset += read;
        return read;
    }
}
