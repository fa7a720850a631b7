using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace ForkTrace.Events;

/// <summary>
/// Writes an event file batch by batch: the events as plain numbers first; then, when all is known, names, facts and a footer that puts
/// both together.
/// </summary>
/// <remarks>
/// Apache.Arrow writes dictionaries before the first batch; the file format allows them anywhere, for readers begin at the footer
/// (Columnar.rst, IPC File Format). So the events are one stream, and the names are another one behind it, written by an
/// <see cref="ArrowFileWriter"/>. Each batch of events is shown to that writer again, at the place where it stands and without being
/// written again, so that the footer lists it.
/// </remarks>
internal sealed class EventFileWriter : IDisposable
{
    private readonly Output _file;
    private readonly ArrowStreamWriter _events;
    private readonly List<(long Offset, int Rows)> _batches = [];

    /// <summary>Begins a file at the beginning of a stream that can seek.</summary>
    public EventFileWriter(Stream file)
    {
        _file = new Output(file);
        _file.Write(EventFile.Magic);
        _events = new ArrowStreamWriter(_file, EventSchema.Numbers, leaveOpen: true);
        _events.WriteStart();
    }

    /// <summary>Appends a batch of <see cref="EventSchema.Numbers"/>.</summary>
    public void Write(RecordBatch batch)
    {
        _batches.Add((_file.Position, batch.Length));
        _events.WriteRecordBatch(batch);
    }

    public void Complete(TraceFacts facts, CommTable comms)
    {
        _events.WriteEnd();
        Schema named = EventSchema.Named(facts);
        using RecordBatch names = EventSchema.Named(
            EventBatches.Blank(0), named, EventSchema.Texts(EventSchema.KindNames), EventSchema.Texts(comms.Names));
        using ArrowFileWriter footer = new(_file, named, leaveOpen: true);
        footer.WriteRecordBatch(names);
        foreach ((long offset, int rows) in _batches)
        {
            _file.At = offset;
            footer.WriteRecordBatch(EventBatches.Blank(rows));
        }

        _file.At = null;
        footer.WriteEnd();
    }

    public void Dispose()
    {
        _events.Dispose();
        _file.Dispose();
    }

    /// <summary>The file, which can pretend to be at a place where what is written stands already. Does not close it.</summary>
    private sealed class Output(Stream file) : Stream
    {
        // One write of 80 MiB that begins inside a page took Linux 6.18 (ext4) three to five times the CPU of writes of 1 MiB.
        private const int PieceBytes = 1 << 20;

        /// <summary>The place; null to write at the file's end.</summary>
        public long? At { get; set; }

        public override bool CanRead => false;
        public override bool CanSeek => true;
        public override bool CanWrite => true;
        public override long Length => file.Length;

        public override long Position
        {
            get => At ?? file.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (At is not null)
            {
                At += buffer.Length;
                return;
            }

            for (; buffer.Length > PieceBytes; buffer = buffer[PieceBytes..])
                file.Write(buffer[..PieceBytes]);
            file.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override void Flush() => file.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
