namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// Reads records: decodes samples and the few other records that matter. A record is <c>{ u32 type, u16 misc, u16 size, body }</c>; the
/// size includes the header.
/// </summary>
internal sealed class RecordLoop<TOrder>(PerfRecording recording, bool isFinished) : IDisposable
    where TOrder : struct, IByteOrder
{
    private const int HeaderBytes = 8;

    private const uint NoCpu = uint.MaxValue;

    // PERF_RECORD_MISC_LOST_SAMPLES_BPF: samples that a BPF filter rejected on purpose (tools/lib/perf/include/perf/event.h).
    private const ushort MiscFilteredByBpf = 1 << 15;

    private readonly AttributeTable _attributes = recording.Attributes;
    private readonly CpuStreams _streams = recording.Streams;
    private readonly EventTally _tally = recording.Tally;
    private TracepointDecoder? _decoder = recording.Decoder;
    private CompressedRecords? _compressed;

    /// <summary>Type and length of the payload after the current record. The caller must skip it before it continues.</summary>
    public (uint Type, ulong Bytes) Payload { get; set; }

    /// <summary>
    /// Decodes whole records and returns their length in bytes. Stops before an incomplete record and at a record's payload. For unpacked
    /// records, the offset is that of the compressed bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Decode(ReadOnlySpan<byte> bytes, long offset, bool isUnpacked = false)
    {
        int at = 0;
        while (bytes.Length - at >= HeaderBytes)
        {
            uint type = TOrder.UInt32(bytes, at);
            int size = TOrder.UInt16(bytes, at + 6);
            if (size < HeaderBytes)
                Reject.Invalid("the size of a record", offset + (isUnpacked ? 0 : at + 6), $"{size}", $"at least {HeaderBytes}");
            if (size > bytes.Length - at)
            {
                IsAtNextRecording = !isUnpacked && PerfHeader.IsMagic(bytes[at..]);
                break;
            }

            ReadOnlySpan<byte> record = bytes.Slice(at, size);
            if (type == RecordType.Sample)
                DecodeSample(record);
            else if (!isUnpacked && PerfHeader.IsMagic(record))
            {
                IsAtNextRecording = true;
                break;
            }
            else
            {
                DecodeOther(type, record, offset + (isUnpacked ? 0 : at), isUnpacked);
                if (Payload.Bytes > 0)
                    return at + size;
            }

            at += size;
        }

        return at;
    }

    /// <summary>True if this recording ends here because the magic of another one follows.</summary>
    public bool IsAtNextRecording { get; private set; }

    /// <summary>Unpacked bytes of an incomplete record. At the end of the input there should be none.</summary>
    public int UnpackedRest => _compressed?.Rest ?? 0;

    public void Dispose() => _compressed?.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DecodeSample(ReadOnlySpan<byte> sample)
    {
        SampleLayout? layout = _attributes.Uniform ?? FindLayout(sample);
        if (layout is not { HasRecord: true })
        {
            SkipSample(sample, layout);
            return;
        }

        int rawAt = sample.Length < layout.BytesMin ? -1 : layout.RawAt >= 0 ? layout.RawAt : layout.FindRaw<TOrder>(sample);
        if (rawAt < 0 || TOrder.UInt32(sample, rawAt) is var rawBytes && rawBytes > (uint)(sample.Length - rawAt - 4))
        {
            recording.Counts.DamagedSamples++;
            return;
        }

        uint cpu = layout.CpuAt >= 0 ? TOrder.UInt32(sample, layout.CpuAt) : CpuById(sample);
        long timeNs = (long)TOrder.UInt64(sample, layout.TimeAt);
        if (cpu >= CpuStreams.CpusMax || timeNs < 0)
        {
            if (cpu == NoCpu)
                recording.Counts.UnplacedSamples++;
            else
                recording.Counts.DamagedSamples++;
            return;
        }

        _decoder ??= recording.RequireDecoder(isFinished);
        RawEventStream stream = _streams.At((int)cpu, timeNs);
        if (layout.CgroupFromEnd > 0 && sample.Length - rawAt - 4 - rawBytes >= layout.CgroupFromEnd)
            AddCgroup(sample.Slice(rawAt + 4, (int)rawBytes), timeNs, TOrder.UInt64(sample, sample.Length - layout.CgroupFromEnd), stream);
        _decoder.Decode(sample.Slice(rawAt + 4, (int)rawBytes), timeNs, stream, _tally);
    }

    // A sample contains the cgroup of the running thread. Before a fork, that is the forking thread's.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddCgroup(ReadOnlySpan<byte> raw, long timeNs, ulong id, RawEventStream stream)
    {
        if (_decoder!.TryForkingTid(raw, out int tid))
            stream.Add(EventKind.Cgroup, timeNs, tid, -1, 0, stream.Cgroups.OfId(id));
    }

    // If an event was opened for a task on one CPU, its samples may lack the CPU, but the id determines it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint CpuById(ReadOnlySpan<byte> sample) =>
        TryId(sample, out ulong id) && _attributes.CpuOf(id) is >= 0 and int cpu ? (uint)cpu : NoCpu;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SampleLayout? FindLayout(ReadOnlySpan<byte> sample) => TryId(sample, out ulong id) ? _attributes.Of(id)?.Layout : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryId(ReadOnlySpan<byte> sample, out ulong id)
    {
        int idAt = _attributes.IdAt;
        bool hasId = idAt >= 0 && idAt + 8 <= sample.Length;
        id = hasId ? TOrder.UInt64(sample, idAt) : 0;
        return hasId;
    }

    private void SkipSample(ReadOnlySpan<byte> sample, SampleLayout? layout)
    {
        PerfAttribute? attribute = layout is null ? null : (TryId(sample, out ulong id) ? _attributes.Of(id) : null) ?? _attributes.First;
        if (attribute is not null)
            attribute.SkippedSamples++;
        else
            recording.Counts.UnknownIds++;
    }

    private void DecodeOther(uint type, ReadOnlySpan<byte> record, long offset, bool isUnpacked)
    {
        if (record.Length < RecordType.BytesMin(type))
        {
            recording.Counts.DamagedRecords++;
            return;
        }

        switch (type)
        {
            case RecordType.Lost:
                DecodeLost(record);
                break;
            case RecordType.LostSamples:
                DecodeLostSamples(record);
                break;
            case RecordType.Fork or RecordType.Exit or RecordType.Comm:
                recording.Tasks.Read<TOrder>(type, record, recording.Decoder);
                break;
            case RecordType.Cgroup:
                // CGROUP { u64 id, path, trailer }: the path ends at its NUL.
                _streams.Cgroups.Name(TOrder.UInt64(record, HeaderBytes), record[(HeaderBytes + 8)..]);
                break;
            case RecordType.FinishedRound:
                recording.EndRound();
                break;
            case RecordType.Throttle:
                recording.Counts.Throttles++;
                break;
            case RecordType.IdIndex:
                DecodeIdIndex(record);
                break;
            case RecordType.ThreadMap:
                DecodeThreadMap(record);
                break;
            case RecordType.Compressed or RecordType.Compressed2:
                DecodeCompressed(type, record, offset, isUnpacked);
                break;
            case RecordType.AuxTrace or RecordType.TracingData:
                BeginPayload(type, record, offset, isUnpacked);
                break;
            case RecordType.SimpleperfTracingData:
                ReadTracingData(record, offset);
                break;
            case RecordType.HeaderAttribute or RecordType.HeaderFeature or RecordType.EventUpdate:
                new HeaderRecords(recording).Read(type, record, offset);
                break;
            default:
                if (!RecordType.IsKnown(type))
                    recording.Counts.CountUnknownType(type);
                break;
        }
    }

    // TRACING_DATA of simpleperf { u32 size, formats }, in the record itself
    private void ReadTracingData(ReadOnlySpan<byte> record, long offset)
    {
        const int DataAt = HeaderBytes + 4;
        uint bytes = TOrder.UInt32(record, HeaderBytes);
        if (bytes > (uint)(record.Length - DataAt))
            Reject.Truncated("the event formats of simpleperf", offset + DataAt, bytes, record.Length - DataAt);
        recording.ReadTracingData(record.Slice(DataAt, (int)bytes), offset + DataAt);
    }

    // LOST { u64 id, u64 lost, trailer }
    private void DecodeLost(ReadOnlySpan<byte> record)
    {
        const int BodyEnd = HeaderBytes + 16;
        SampleLayout? trailer = TrailerOf(TOrder.UInt64(record, 8));
        ulong? cpuFound = trailer?.FromTrailer<TOrder>(SampleBits.Cpu, record, BodyEnd);
        ulong? timeFound = trailer?.FromTrailer<TOrder>(SampleBits.Time, record, BodyEnd);
        int cpu = cpuFound is < CpuStreams.CpusMax ? (int)cpuFound : -1;
        long toNs = timeFound is > 0 and <= long.MaxValue ? (long)timeFound : long.MaxValue;
        recording.Losses.AddGap(cpu, _streams.LastNs(cpu), toNs, TOrder.UInt64(record, 16));
    }

    // LOST_SAMPLES { u64 lost, trailer }. perf 6.1 leaves CPU and time in the trailer 0; the id and the index tell the CPU.
    private void DecodeLostSamples(ReadOnlySpan<byte> record)
    {
        if ((TOrder.UInt16(record, 4) & MiscFilteredByBpf) != 0)
            return;
        ulong? id = _attributes.IdInTrailer<TOrder>(record, HeaderBytes + 8);
        int cpu = id is null ? -1 : _attributes.CpuOf(id.Value);
        recording.Losses.AddTotal(cpu, id is null ? null : _attributes.Of(id.Value), TOrder.UInt64(record, 8));
    }

    private SampleLayout? TrailerOf(ulong id) =>
        (_attributes.Of(id) ?? _attributes.First) is { HasSampleIdAll: true } attribute ? attribute.Layout : null;

    // ID_INDEX { u64 count, count x { u64 id, u64 idx, u64 cpu, u64 tid } }, later versions append to it.
    private void DecodeIdIndex(ReadOnlySpan<byte> record)
    {
        const int EntriesAt = HeaderBytes + 8, EntryBytes = 32;
        const ulong NoTask = ulong.MaxValue;
        ulong count = Math.Min(TOrder.UInt64(record, 8), (ulong)((record.Length - EntriesAt) / EntryBytes));
        for (int at = EntriesAt; count > 0; count--, at += EntryBytes)
        {
            ulong cpu = TOrder.UInt64(record, at + 16);
            if (cpu < CpuStreams.CpusMax)
                _attributes.AddCpu(TOrder.UInt64(record, at), (int)cpu);
            _attributes.IsOfTasks |= TOrder.UInt64(record, at + 24) != NoTask;
        }
    }

    // THREAD_MAP { u64 count, count x { u64 pid, comm[16] } }: the threads of -p, -t or a command; with -a, one entry with pid -1.
    private void DecodeThreadMap(ReadOnlySpan<byte> record)
    {
        const int EntriesAt = HeaderBytes + 8, EntryBytes = 24;
        ulong count = Math.Min(TOrder.UInt64(record, 8), (ulong)((record.Length - EntriesAt) / EntryBytes));
        for (int at = EntriesAt; count > 0; count--, at += EntryBytes)
            _attributes.IsOfTasks |= TOrder.UInt64(record, at) != ulong.MaxValue;
    }

    // COMPRESSED { zstd }, COMPRESSED2 { u64 size, zstd, padding }: pieces of one zstd stream. Its content is records, cut anywhere.
    private void DecodeCompressed(uint type, ReadOnlySpan<byte> record, long offset, bool isUnpacked)
    {
        if (isUnpacked)
            Reject.Invalid("a record", offset, "compressed twice", "compressed once");
        ReadOnlySpan<byte> packed = record[HeaderBytes..];
        if (type == RecordType.Compressed2)
        {
            if (packed.Length < 8 || TOrder.UInt64(packed, 0) > (ulong)(packed.Length - 8))
                Reject.Invalid("the size of a compressed record's data", offset + 8, "more than the record", "at most the record's");
            packed = packed.Slice(8, (int)TOrder.UInt64(packed, 0));
        }

        _compressed ??= new CompressedRecords(recording.Budget);
        bool isMore = true;
        while (isMore)
        {
            ReadOnlySpan<byte> records = _compressed.Unpack(ref packed, offset, out isMore);
            _compressed.Release(Decode(records, offset, isUnpacked: true));
        }
    }

    // AUXTRACE { u64 size, ... }, TRACING_DATA { u32 size }, without padding in older perfs. The payload follows the record.
    private void BeginPayload(uint type, ReadOnlySpan<byte> record, long offset, bool isUnpacked)
    {
        int bytesMin = HeaderBytes + (type == RecordType.AuxTrace ? sizeof(ulong) : sizeof(uint));
        if (isUnpacked || record.Length < bytesMin)
        {
            Reject.Invalid(
                $"a record of type {type}", offset, $"{record.Length} bytes long or compressed", $"at least {bytesMin} bytes and plain");
        }

        Payload = (type, type == RecordType.AuxTrace ? TOrder.UInt64(record, HeaderBytes) : TOrder.UInt32(record, HeaderBytes));
    }
}

/// <summary>Reads the records in a pipe that replace a file's header: attributes, features, names.</summary>
internal readonly ref struct HeaderRecords(PerfRecording recording)
{
    private const int HeaderBytes = 8;
    private const ulong UpdateOfName = 2;

    public void Read(uint type, ReadOnlySpan<byte> record, long offset)
    {
        ByteCursor cursor = new(record[HeaderBytes..], offset + HeaderBytes, recording.Swap);
        if (type == RecordType.HeaderAttribute)
            ReadAttribute(ref cursor, record);
        else if (type == RecordType.HeaderFeature)
            ReadFeature(ref cursor);
        else
            ReadUpdate(ref cursor);
    }

    // FEATURE { u64 bit, section }
    private void ReadFeature(ref ByteCursor cursor)
    {
        ulong bit = cursor.ReadUInt64("the number of a feature");
        recording.Features.Read((int)Math.Min(bit, int.MaxValue), cursor, recording.Attributes);
    }

    // HEADER_ATTR { attribute, ids }
    private void ReadAttribute(ref ByteCursor cursor, ReadOnlySpan<byte> record)
    {
        long offset = cursor.Offset;
        int size = PerfAttribute.SizeOf(record[HeaderBytes..], offset, recording.Swap);
        PerfAttribute attribute = new(cursor.ReadBytes((ulong)size, "an event attribute"), recording.Swap);
        recording.Attributes.Add(attribute, offset);
        while (cursor.Remaining >= 8)
            recording.Attributes.AddId(cursor.ReadUInt64("an id"), recording.Attributes.All.Count - 1);
    }

    // EVENT_UPDATE { u64 what, u64 id, text }
    private void ReadUpdate(ref ByteCursor cursor)
    {
        if (cursor.ReadUInt64("the kind of an event update") != UpdateOfName || cursor.Remaining < 8)
            return;
        PerfAttribute? attribute = recording.Attributes.Of(cursor.ReadUInt64("the id of an event update"));
        ReadOnlySpan<byte> text = cursor.ReadBytes((ulong)cursor.Remaining, "the name of an event");
        int nul = text.IndexOf((byte)0);
        if (attribute is not null && nul > 0)
            attribute.Name = Encoding.UTF8.GetString(text[..nul]);
    }
}

/// <summary>The byte order of numbers in records. It is a type argument of the record loop, so the native order costs nothing.</summary>
internal interface IByteOrder
{
    static abstract ushort UInt16(ReadOnlySpan<byte> bytes, int at);

    static abstract uint UInt32(ReadOnlySpan<byte> bytes, int at);

    static abstract ulong UInt64(ReadOnlySpan<byte> bytes, int at);
}

/// <summary>The recorder has this machine's byte order.</summary>
internal readonly struct NativeOrder : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<ushort>(bytes[at..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<uint>(bytes[at..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<ulong>(bytes[at..]);
}

/// <summary>The recorder has the other byte order.</summary>
internal readonly struct SwappedOrder : IByteOrder
{
    public static ushort UInt16(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Read<ushort>(bytes[at..]));

    public static uint UInt32(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Read<uint>(bytes[at..]));

    public static ulong UInt64(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Read<ulong>(bytes[at..]));
}
