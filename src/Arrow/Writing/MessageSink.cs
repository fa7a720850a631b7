using System.Buffers.Binary;
using ForkTrace.Arrow.Ipc;

namespace ForkTrace.Arrow.Writing;

/// <summary>Writes forward to a stream, counts the bytes, and frames messages. See <see cref="IpcFormat"/> for the layout.</summary>
internal sealed unsafe class MessageSink(Stream stream)
{
    // Large buffers go out in spans of this size: a span cannot hold 2 GiB, and smaller writes let a pipe's reader start.
    private const int MaxWriteBytes = 4 * 1024 * 1024;

    /// <summary>Bytes written so far.</summary>
    public long Position { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        Position += bytes.Length;
    }

    public void Write(byte* pointer, long sizeBytes)
    {
        for (long done = 0; done < sizeBytes; done += MaxWriteBytes)
            Write(new ReadOnlySpan<byte>(pointer + done, (int)Math.Min(MaxWriteBytes, sizeBytes - done)));
    }

    public void WriteInt32(int value)
    {
        Span<byte> word = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(word, value);
        Write(word);
    }

    public void WriteInt64(long value)
    {
        Span<byte> word = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(word, value);
        Write(word);
    }

    /// <summary>Writes zeros up to a multiple of a power of two, at most 64.</summary>
    public void Pad(int alignment)
    {
        ReadOnlySpan<byte> zeros = stackalloc byte[IpcFormat.AlignmentBytes];
        Write(zeros[..(int)(-Position & (alignment - 1))]);
    }

    /// <summary>Writes the prefix and metadata of a message, so that its body begins at a multiple of 64; returns their bytes.</summary>
    public int WriteMetadata(ReadOnlySpan<byte> metadata)
    {
        long start = Position;
        long end = IpcFormat.Padded(start + IpcFormat.MessagePrefixBytes + metadata.Length);
        int size = checked((int)(end - start));
        WriteInt32(IpcFormat.ContinuationMarker);
        WriteInt32(size - IpcFormat.MessagePrefixBytes);
        Write(metadata);
        Pad(IpcFormat.AlignmentBytes);
        return size;
    }

    /// <summary>Writes the mark that ends a stream of messages.</summary>
    public void WriteEnd()
    {
        WriteInt32(IpcFormat.ContinuationMarker);
        WriteInt32(0);
    }

    public void Flush() => stream.Flush();
}
