using Apache.Arrow.Memory;
using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Events;

/// <summary>The messages of a file that is read on demand, one body at a time.</summary>
internal sealed class StoredMessages : EventFileMessages
{
    private readonly SafeFileHandle _file;
    private readonly FileStamp _stamp;
    private readonly ReusedMemory _memory = new();
    private long _bodyLeft;

    public StoredMessages(string path)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _stamp = new FileStamp(path, _file);
        Length = RandomAccess.GetLength(_file);
    }

    public override MemoryAllocator Bodies => _memory;
    public override long Length { get; }

    /// <inheritdoc/>
    public override bool Skip(ReadOnlySpan<byte> expected)
    {
        Span<byte> found = stackalloc byte[expected.Length];
        bool isNext = expected.Length <= Remaining && Fetch(found) == expected.Length && found.SequenceEqual(expected);
        if (isNext)
            Position += expected.Length;
        return isNext;
    }

    public override int Read(Span<byte> buffer)
    {
        int read = Fetch(buffer[..(int)Math.Min(buffer.Length, Remaining)]);
        Position += read;
        if (_bodyLeft > 0 || buffer.IsEmpty)
        {
            _bodyLeft -= read;
            return read;
        }

        ReadOnlySpan<byte> head = buffer[..read];
        RequireSound(head, read == buffer.Length);
        if (read > sizeof(int) && read == buffer.Length)
            BeginBody(head);
        return read;
    }

    /// <summary>Skips the batches from here to the end mark. Returns their number, and the number of their rows.</summary>
    public (long Rows, int Batches) SkipBatches()
    {
        long rows = 0;
        int batches = 0;
        Span<byte> length = stackalloc byte[sizeof(int)];
        while (true)
        {
            ReadWhole(length);
            int bytes = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (bytes < 0)
            {
                ReadWhole(length);
                bytes = BinaryPrimitives.ReadInt32LittleEndian(length);
            }

            if (bytes == 0)
                return (rows, batches);
            byte[] head = new byte[bytes];
            ReadWhole(head);
            if (MessageHead.RowsOf(head) is { } ofBatch)
            {
                if (ofBatch < 0 || ofBatch > _bodyLeft / EventSchema.RowBytes)
                    throw new InvalidDataException($"a batch of {ofBatch} rows in {_bodyLeft} bytes");
                rows += ofBatch;
                batches++;
            }

            Position += _bodyLeft;
            _bodyLeft = 0;
        }
    }

    /// <summary>Checks that the file is unchanged since it was opened.</summary>
    /// <exception cref="EventFileException">It has changed.</exception>
    public void RequireUnchanged()
    {
        if (_stamp.HasChanged)
            throw new EventFileException(_stamp.Refusal);
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        _memory.Dispose();
        base.Dispose(disposing);
    }

    private void BeginBody(ReadOnlySpan<byte> head)
    {
        _bodyLeft = MessageHead.BodyBytes(head);
        if (_bodyLeft < 0 || _bodyLeft > Remaining)
            throw new InvalidDataException($"columns of {_bodyLeft} bytes, but only {Remaining} are left");
    }

    private void ReadWhole(Span<byte> buffer)
    {
        if (Read(buffer) < buffer.Length)
            throw new InvalidDataException("it ends within a message");
    }

    private int Fetch(Span<byte> buffer)
    {
        int read = 0;
        while (read < buffer.Length)
        {
            int more = RandomAccess.Read(_file, buffer[read..], Position + read);
            if (more == 0)
                break;
            read += more;
        }

        return read;
    }
}
