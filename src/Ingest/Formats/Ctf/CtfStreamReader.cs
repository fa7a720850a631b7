namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>
/// Reads one file of packets, which contains the events of one CPU in one channel:
/// <code>
/// packet.header { magic C1FC1FC1, uuid, stream_id }   packet.context { timestamp_begin, timestamp_end, content_size, packet_size,
/// events_discarded, cpu_id ... }   event.header { id, timestamp }   contexts   fields   event.header ...
/// </code>
/// </summary>
internal sealed class CtfStreamReader(TraceInput file, CtfRecording recording)
{
    private const long Magic = 0xC1FC1FC1;
    private const int Unknown = -1;

    // Enough for the whole packet in most cases, and always for its header.
    private const int PacketBytesUsual = 1 << 20;

    private readonly InputWindow _window = new(file);
    private readonly CtfWalker _walker = new();
    private RawEventStream _stream = null!;
    private int _cpu;
    private int _running = Unknown;
    private long _discarded = -1;
    private long _sequence = -1;
    private long _previousEndNs = long.MinValue;

    public void Read()
    {
        for (long offset = 0; offset < file.Length;)
        {
            long bytes = ReadPacket(offset, PacketBytesUsual);
            if (bytes <= 0)
                return;
            offset += bytes;
        }
    }

    // Returns the packet's length in bytes; 0 if it is unknown, so that reading cannot continue. Only the packet's header gives the length,
    // so a longer packet is read again.
    private long ReadPacket(long offset, int bytesMax)
    {
        ReadOnlySpan<byte> rest = _window.SliceUpTo(offset, bytesMax);
        int available = file.BytesAt(offset, int.MaxValue);
        ulong cycles = _walker.Cycles;
        BitCursor bits = new(rest, long.MaxValue);
        CtfRow head = default;
        if (!_walker.TryWalk(ref bits, recording.Metadata.PacketHeader, ref head) || head.Number(CtfSlot.Magic, Magic) != Magic
            || !recording.Metadata.Streams.TryGetValue(head.Number(CtfSlot.StreamId), out CtfStreamClass? stream)
            || !_walker.TryWalk(ref bits, stream.PacketContext, ref head))
        {
            return Stop();
        }

        long packetBits = head.Number(CtfSlot.PacketBits, head.Number(CtfSlot.ContentBits, available * 8L));
        if (rest.Length < Math.Min(available, packetBits / 8))
        {
            _walker.Cycles = cycles;
            return ReadPacket(offset, (int)Math.Min(available, packetBits / 8));
        }

        long contentBits = head.Number(CtfSlot.ContentBits, packetBits);
        long cpu = head.Number(CtfSlot.Cpu);
        bool isSized = packetBits > 0 && packetBits % 8 == 0 && contentBits >= bits.At && contentBits <= packetBits;
        if (!isSized || cpu is < 0 or >= CpuStreams.CpusMax)
            return Stop();
        if (contentBits > bits.End)
            recording.Cut++;
        bits.End = Math.Min(bits.End, contentBits);
        Begin((int)cpu, in head);
        ReadEvents(ref bits, stream);
        return packetBits / 8;
    }

    private long Stop()
    {
        recording.Damaged++;
        return 0;
    }

    private void Begin(int cpu, in CtfRow head)
    {
        _cpu = cpu;
        recording.NoteFile(cpu, file);
        ulong begin = (ulong)head.Number(CtfSlot.TimestampBegin, (long)_walker.Cycles);
        _walker.Cycles = begin;
        long beginNs = recording.TimeNs(begin);
        long endNs = recording.TimeNs((ulong)head.Number(CtfSlot.TimestampEnd, (long)begin));
        _stream = recording.Streams.At(cpu, Math.Max(recording.Streams.LastNs(cpu), beginNs));
        NoteLosses(in head, beginNs, endNs);
        _previousEndNs = endNs;
    }

    // events_discarded counts from the stream's beginning to the packet's end. Lost packets leave a gap in the packet numbers.
    private void NoteLosses(in CtfRow head, long beginNs, long endNs)
    {
        long discarded = head.Number(CtfSlot.Discarded);
        long sequence = head.Number(CtfSlot.Sequence, -1);
        if (discarded > Math.Max(0, _discarded))
            Lose(endNs, discarded - Math.Max(0, _discarded));
        if (_sequence >= 0 && sequence > _sequence + 1)
            Lose(beginNs, -1);
        _discarded = Math.Max(_discarded, discarded);
        _sequence = sequence;
    }

    private void Lose(long toNs, long events)
    {
        recording.AddLoss(_cpu, _previousEndNs, toNs, events);
        _running = Unknown;
    }

    private void ReadEvents(ref BitCursor bits, CtfStreamClass stream)
    {
        long before = -1;
        while (bits.At < bits.End)
        {
            CtfRow row = default;
            bool isWhole = bits.At > before;
            before = bits.At;
            isWhole = isWhole && _walker.TryWalk(ref bits, stream.EventHeader, ref row);
            if (isWhole && stream.Events.TryGetValue(row.Number(CtfSlot.EventId), out CtfEventClass? one)
                && _walker.TryWalk(ref bits, stream.EventContext, ref row)
                && _walker.TryWalk(ref bits, one.Context, ref row)
                && _walker.TryWalk(ref bits, one.Fields, ref row))
            {
                Take(one, ref row);
                continue;
            }

            // The end of an event follows only from its type, so the rest of the packet is lost.
            recording.Damaged++;
            _running = Unknown;
            return;
        }
    }

    private void Take(CtfEventClass one, ref CtfRow row)
    {
        long timeNs = recording.TimeNs(_walker.Cycles);
        _stream = recording.Streams.At(_cpu, timeNs);
        if (row.Has(CtfSlot.Running))
            _running = (int)row.Number(CtfSlot.Running);
        if (one.Known is { } known && TryStore(known, timeNs, ref row))
            return;
        one.Skipped++;
        _stream.Count(EventKind.None);
    }

    private bool TryStore(KnownTracepoint known, long timeNs, ref CtfRow row)
    {
        EventKind kind = known.Kind;
        long value = row.Number(CtfSlot.Value, kind == EventKind.Exit ? -1 : 0);
        int tid = known.IsTidRunning ? _running : (int)row.Number(CtfSlot.Tid);
        int other = known.IsOtherRunning ? _running : (int)row.Number(CtfSlot.Other, Unknown);
        if (kind == EventKind.Switch)
        {
            kind = (value & recording.DeathMask) != 0 ? EventKind.DeathSwitch : kind;
            _running = (int)row.Number(CtfSlot.Other, Unknown);
        }

        if (!StackLifeFilter.IsOfStackLife(kind, value, row.Number(CtfSlot.Size), row.Number(CtfSlot.Align), row.CacheName))
            return false;
        if (tid == Unknown && kind is EventKind.Wait or EventKind.TaskAlloc)
        {
            recording.Unplaced++;
            return false;
        }

        if (recording.KeepAll || EventKinds.IsStoredByDefault(kind))
            _stream.Add(kind, timeNs, tid, other, row.Comm.IsEmpty ? 0 : _stream.Comms.Intern(row.Comm), value);
        else
            _stream.Count(kind);
        return true;
    }
}
