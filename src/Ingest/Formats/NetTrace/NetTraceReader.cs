using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ForkTrace.Events;
using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>Reads the blocks in order: threads, metadata ids, events. Events become records as ftrace's, for the shared decoder.</summary>
internal sealed class NetTraceReader(TraceInput input, IngestOptions options, NetTraceRecording recording)
{
    private const int PayloadBytesMax = ushort.MaxValue - NetTraceEvent.HeadBytes;
    private readonly Dictionary<ulong, int> _places = [];
    private readonly Dictionary<ulong, (int Pid, int Tid)> _threads = [];
    private readonly Dictionary<ulong, (uint Sequence, long TimeNs)> _last = [];
    private readonly byte[] _record = new byte[ushort.MaxValue + 1];
    private int _place;

    public void Read()
    {
        BlockWalk blocks = new(input);
        while (blocks.TryNext())
        {
            switch (blocks.Kind)
            {
                case BlockKind.Metadata:
                    NetTraceMetadata.ReadIds(blocks.Content, ref _place, _places);
                    break;
                case BlockKind.Thread:
                    ReadThreads(blocks.Content);
                    break;
                case BlockKind.RemoveThread:
                    break;
                case BlockKind.SequencePoint:
                    ReadSequencePoint(blocks.Content);
                    break;
                case BlockKind.Event:
                    ReadEvents(blocks.Content);
                    break;
                default:
                    break;
            }

            options.Progress?.Invoke((double)blocks.Offset / input.Length);
        }

        recording.IsCut = blocks.IsCut;
    }

    // Rows of size u16, index, then pairs of kind and value: 1 name, 2 process id, 3 thread id, 4 key and value.
    private void ReadThreads(ReadOnlySpan<byte> block)
    {
        VarReader rows = new(block);
        while (!rows.IsAtEnd)
        {
            VarReader row = new(rows.Bytes(rows.UInt16()));
            ulong index = row.Var();
            int pid = -1, tid = -1;
            while (!row.IsAtEnd)
            {
                switch (row.Byte())
                {
                    case 1:
                        row.TextBytes();
                        break;
                    case 2:
                        pid = (int)row.Var();
                        break;
                    case 3:
                        tid = (int)row.Var();
                        break;
                    case 4:
                        row.TextBytes();
                        row.TextBytes();
                        break;
                    default:
                        row.Bytes(row.Remaining);
                        break;
                }
            }

            recording.Damaged += row.IsDamaged ? 1 : 0;
            _threads[index] = (pid, tid);
        }
    }

    // ticks i64, flags u32 (1: threads are forgotten, 2: metadata too), number of threads u32, and of each its latest sequence number.
    private void ReadSequencePoint(ReadOnlySpan<byte> block)
    {
        VarReader reader = new(block);
        long timeNs = recording.Header.TimeNs((ulong)reader.Int64());
        uint flags = reader.UInt32();
        uint threads = reader.UInt32();
        for (uint thread = 0; thread < threads && !reader.IsAtEnd; thread++)
        {
            ulong index = reader.Var();
            uint sequence = (uint)reader.Var();
            if (!reader.IsDamaged && _last.TryGetValue(index, out var last) && IsAfter(sequence, last.Sequence))
                recording.AddLoss(last.TimeNs, timeNs, sequence - last.Sequence);
            _last[index] = (sequence, timeNs);
        }

        recording.Damaged += reader.IsDamaged ? 1 : 0;
        if ((flags & 1) != 0)
            _threads.Clear();
        if ((flags & 2) != 0)
            _places.Clear();
    }

    // size of the head i16, flags i16 (1: compressed rows), first and last ticks i64, perhaps more, then rows.
    private void ReadEvents(ReadOnlySpan<byte> block)
    {
        VarReader reader = new(block);
        int headBytes = reader.UInt16();
        bool isCompressed = (reader.UInt16() & 1) != 0;
        reader.Bytes(headBytes - 4);
        EventHead head = default;
        while (!reader.IsAtEnd)
        {
            if (isCompressed)
                head.ReadCompressed(ref reader);
            else
                head.ReadPlain(ref reader);
            ReadOnlySpan<byte> payload = reader.Bytes((long)Math.Min(head.PayloadBytes, long.MaxValue));
            if (!reader.IsDamaged)
                Take(in head, payload);
        }

        recording.Damaged += reader.IsDamaged ? 1 : 0;
    }

    private void Take(in EventHead head, ReadOnlySpan<byte> payload)
    {
        long timeNs = recording.Header.TimeNs(head.Ticks);
        NoteSequence(in head, timeNs);
        if (!_places.TryGetValue(head.Metadata, out int place) || (uint)place >= (uint)recording.Events.Length
            || payload.Length > PayloadBytesMax || head.Cpu >= CpuStreams.CpusMax)
        {
            recording.Damaged++;
            return;
        }

        NetTraceEvent one = recording.Events[place];
        (int pid, int tid) = _threads.TryGetValue(head.Thread, out var thread) ? thread : (-1, -1);
        if (one.Process != ProcessEvent.None)
            AddProcess(one.Process, timeNs, (int)head.Cpu, pid, payload);
        else
            Decode(one, place, timeNs, (int)head.Cpu, tid, payload);
    }

    private void NoteSequence(in EventHead head, long timeNs)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, head.CaptureThread, out bool isKnown);
        if (isKnown && IsAfter(head.Sequence, last.Sequence + 1))
            recording.AddLoss(last.TimeNs, timeNs, head.Sequence - last.Sequence - 1);
        last = (head.Sequence, timeNs);
    }

    // Sequence numbers begin anew after 2^32; a step back is none forward.
    private static bool IsAfter(uint left, uint right) => left != right && left - right < 1u << 31;

    private void Decode(NetTraceEvent one, int place, long timeNs, int cpu, int tid, ReadOnlySpan<byte> payload)
    {
        Span<byte> record = _record.AsSpan(0, NetTraceEvent.HeadBytes + payload.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)place);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], tid);
        payload.CopyTo(record[NetTraceEvent.HeadBytes..]);
        foreach (int at in one.DataLocs)
        {
            if (at + 4 <= record.Length)
            {
                uint word = BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);
                uint moved = Math.Min((word & 0xFFFF) + NetTraceEvent.HeadBytes, ushort.MaxValue);
                BinaryPrimitives.WriteUInt32LittleEndian(record[at..], (word & 0xFFFF0000) | moved);
            }
        }

        recording.Decoder.Decode(record, timeNs, recording.Tracepoints.At(cpu, timeNs), recording.Tally);
    }

    // ProcessCreate: NamespaceId as a varuint, Name as a text with a length of 16 bits, NamespaceName likewise.
    private void AddProcess(ProcessEvent process, long timeNs, int cpu, int pid, ReadOnlySpan<byte> payload)
    {
        if (pid <= 0)
        {
            recording.Damaged++;
            return;
        }

        RawEventStream stream = recording.Processes.At(cpu, timeNs);
        ReadOnlySpan<byte> comm = default;
        if (process == ProcessEvent.Create)
        {
            VarReader reader = new(payload);
            reader.Var();
            comm = reader.Bytes(reader.UInt16());
        }

        RawEvent row;
        row.TimeNs = timeNs;
        row.Value = process == ProcessEvent.Exit ? 1 : 0;
        row.Tid = pid;
        row.OtherTid = -1;
        row.Comm = comm.IsEmpty ? 0 : stream.Comms.Intern(comm);
        row.Kind = process == ProcessEvent.Exit ? EventKind.Exit : EventKind.Fork;
        stream.Add(in row);
    }
}
