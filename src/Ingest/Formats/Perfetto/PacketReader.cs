using System.IO.Compression;

namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>Reads the packets of a trace, and the packets in compressed packets.</summary>
internal sealed class PacketReader(TraceInput input, IngestOptions options, PerfettoRecording recording)
{
    // A tag and a length: two varints of at most 10 bytes.
    private const int HeadBytesMax = 20;
    private const long ProgressBytes = 1 << 24;

    // The service writes compressed packets of at most 512 KiB (trace_packet.proto). zlib compresses at most by a factor of a thousand, and
    // events by a factor of about ten.
    private const int UnpackedBytesMax = 32 << 20;

    private readonly InputWindow _window = new(input);
    private readonly UnpackBudget _budget = UnpackBudget.Of(input, options.UnpackedMaxBytes);
    private readonly BundleDecoder _bundles = new(recording);
    private byte[] _unpacked = new byte[1 << 16];

    public void Read()
    {
        long nextProgress = 0;
        for (long offset = 0; offset < input.Length;)
        {
            ReadOnlySpan<byte> head = _window.SliceUpTo(offset, HeadBytesMax);
            int headBytes = ReadHead(head, offset, out ulong tag, out long length);
            if (headBytes == 0 || length > input.Length - offset - headBytes)
            {
                recording.CutBytes = input.Length - offset;
                break;
            }

            if (tag >> 3 == PacketField.Packet)
                ReadPacket(_window.Slice(offset + headBytes, length, "a Perfetto packet"), mayBePacked: true);
            offset += headBytes + length;
            if (offset < nextProgress)
                continue;
            nextProgress = offset + ProgressBytes;
            options.Progress?.Invoke((double)offset / input.Length);
        }
    }

    // Returns the number of bytes of tag and length; 0 if the file ends within them. Unknown fields are skipped by their wire type.
    private static int ReadHead(ReadOnlySpan<byte> head, long offset, out ulong tag, out long length)
    {
        ReadOnlySpan<byte> rest = head;
        ulong number = 0;
        bool isWhole = ProtoReader.TryVarint(ref rest, out tag);
        ulong type = tag & 7;
        if (isWhole && type is 0 or 2)
            isWhole = ProtoReader.TryVarint(ref rest, out number);
        bool isKnown = type is 0 or 1 or 2 or 5 && tag >> 3 != 0 && (type != 2 || number <= int.MaxValue);
        if ((isWhole && !isKnown) || (!isWhole && head.Length == HeadBytesMax))
        {
            const string Allowed = "a tag of wire type 0, 1, 2 or 5 and a length below 2 GiB";
            Reject.Invalid("a Perfetto packet's head", offset, Convert.ToHexStringLower(head), Allowed);
        }

        length = type switch { 1 => 8, 2 => (long)number, 5 => 4, _ => 0 };
        return isWhole ? head.Length - rest.Length : 0;
    }

    private void ReadPacket(ReadOnlySpan<byte> packet, bool mayBePacked)
    {
        if (!TryReadMarks(packet, out PacketMarks marks))
        {
            recording.Damaged++;
            return;
        }

        if (marks.IsOtherMachine)
        {
            recording.OtherMachines++;
            return;
        }

        ProtoReader reader = new(packet);
        while (reader.TryNext())
        {
            if (reader.IsBytes)
                ReadData(reader.Field, reader.Bytes, in marks, mayBePacked);
        }
    }

    // Reads fields that can come after the data to which they apply.
    private static bool TryReadMarks(ReadOnlySpan<byte> packet, out PacketMarks marks)
    {
        marks = default;
        ProtoReader reader = new(packet);
        while (reader.TryNext())
        {
            switch (reader.Field)
            {
                case PacketField.SequenceId:
                    marks.Sequence = reader.Number;
                    break;
                case PacketField.PreviousPacketDropped:
                    marks.IsAfterDrop |= reader.Number != 0;
                    break;
                case PacketField.MachineId:
                    marks.IsOtherMachine |= reader.Number != 0;
                    break;
            }
        }

        return !reader.IsDamaged;
    }

    private void ReadData(int field, ReadOnlySpan<byte> data, in PacketMarks marks, bool mayBePacked)
    {
        switch (field)
        {
            case PacketField.FtraceEvents:
                ReadBundle(data, in marks);
                break;
            case PacketField.ClockSnapshot:
                recording.Clocks.ReadSnapshot(data);
                break;
            case PacketField.FtraceStats:
                recording.Losses.ReadStats(data);
                break;
            case PacketField.SystemInfo:
                recording.System.Read(data);
                break;
            case PacketField.CompressedPackets or PacketField.ZstdCompressedPackets when mayBePacked:
                ReadPacked(data, field == PacketField.ZstdCompressedPackets);
                break;
        }
    }

    // Before a sequence's first bundle, previous_packet_dropped says that it begins here: nothing was lost, or older packets of a ring buffer
    // were overwritten (trace_packet.proto).
    private void ReadBundle(ReadOnlySpan<byte> bundle, in PacketMarks marks)
    {
        PacketSequence sequence = recording.SequenceOf(marks.Sequence);
        if (marks.IsAfterDrop && sequence.HasBundles)
        {
            recording.DroppedPackets++;
            recording.Losses.AddUnplaced(recording.LatestNs);
            sequence.Running.ForgetAll();
        }

        sequence.HasBundles = true;
        _bundles.Decode(bundle, sequence);
    }

    private void ReadPacked(ReadOnlySpan<byte> packed, bool isZstd)
    {
        if (!TryUnpack(packed, isZstd, out ReadOnlySpan<byte> packets))
        {
            recording.Damaged++;
            return;
        }

        ProtoReader reader = new(packets);
        while (reader.TryNext())
        {
            if (reader is { Field: PacketField.Packet, IsBytes: true })
                ReadPacket(reader.Bytes, mayBePacked: false);
        }

        recording.Damaged += reader.IsDamaged ? 1 : 0;
    }

    // The packets in compressed_packets (zlib) or zstd_compressed_packets, valid until the next call. False if there are none, or if they
    // are damaged or too large.
    private unsafe bool TryUnpack(ReadOnlySpan<byte> packed, bool isZstd, out ReadOnlySpan<byte> packets)
    {
        packets = default;
        if (packed.IsEmpty)
            return false;
        try
        {
            fixed (byte* bytes = packed)
            {
                using UnmanagedMemoryStream source = new(bytes, packed.Length);
                using Stream unpacking = isZstd
                    ? new ZstdDecompressionStream(source)
                    : ZlibStreams.Unpack(source);
                return TryReadAll(unpacking, out packets);
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private bool TryReadAll(Stream unpacking, out ReadOnlySpan<byte> packets)
    {
        packets = default;
        int length = 0;
        for (int read; (read = unpacking.Read(_unpacked, length, _unpacked.Length - length)) > 0;)
        {
            length += read;
            _budget.Take(read);
            if (length < _unpacked.Length)
                continue;
            if (length >= UnpackedBytesMax)
                return false;
            Array.Resize(ref _unpacked, length * 2);
        }

        packets = _unpacked.AsSpan(0, length);
        return true;
    }
}

/// <summary>What the fields of a packet say of its data, wherever they are in the packet.</summary>
internal record struct PacketMarks(ulong Sequence, bool IsAfterDrop, bool IsOtherMachine);

/// <summary>Numbers of the fields of TracePacket that this reader uses (protos/perfetto/trace/trace_packet.proto).</summary>
internal static class PacketField
{
    /// <summary>Trace.packet: the only field at the top level of the file.</summary>
    public const int Packet = 1;

    public const int FtraceEvents = 1;
    public const int ClockSnapshot = 6;
    public const int SequenceId = 10;
    public const int FtraceStats = 34;
    public const int PreviousPacketDropped = 42;
    public const int SystemInfo = 45;
    public const int CompressedPackets = 50;
    public const int MachineId = 98;
    public const int ZstdCompressedPackets = 133;

    /// <summary>Larger than any field number of a packet in a released schema, including extensions.</summary>
    public const int NumberMax = 20_000;
}
