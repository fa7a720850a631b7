using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// Reads a scanned trace with TraceEvent, and converts its events to ftrace records for the shared decoder, because TraceEvent does not
/// decode partly described fields. Only this class refers to TraceEvent's types, so that nothing else loads that library.
/// </summary>
internal sealed class NetTraceReader(TraceInput input, IngestOptions options, NetTraceScan scan, NetTraceRecording recording)
{
    private const int RecordBytesMax = NetTraceEvent.HeadBytes + ushort.MaxValue;

    // TraceEvent uses one object for all events of a provider and number.
    private readonly Dictionary<TraceEvent, NetTraceSource> _sources = new(ReferenceEqualityComparer.Instance);
    private readonly byte[] _record = new byte[RecordBytesMax];
    private bool _isInHandler;

    public void Read()
    {
        using SoundBlocksStream stream = new(input, scan, options.Progress);
        using EventPipeEventSource source = new(stream);
        UniversalSystemTraceEventParser processes = new(source);
        processes.ProcessCreate += one => Handle(source, one, EventKind.Fork);
        processes.ProcessExit += one => Handle(source, one, EventKind.Exit);

        // Source.Dynamic would also look for manifests and in the Windows registry.
        new EventPipeTraceEventParser(source).All += one => Handle(source, one, EventKind.None);
        try
        {
            source.Process();
        }
        catch (Exception damage) when (!_isInHandler)
        {
            throw new IngestException(
                "invalid",
                $"the nettrace is damaged before byte {stream.FileOffset}; TraceEvent says: {damage.Message.ReplaceLineEndings(" ")}"
                + " Record again, or open the file in PerfView",
                stream.FileOffset);
        }

        recording.Cpus = source.NumberOfProcessors is > 0 and < CpuStreams.CpusMax ? source.NumberOfProcessors : 0;
        recording.EndLosses(source.EventsLost);
        recording.Sources.AddRange(_sources.Values);
    }

    private void Handle(EventPipeEventSource source, TraceEvent one, EventKind process)
    {
        _isInHandler = true;
#pragma warning disable CS0618 // Discouraged, not obsolete. TraceEvent's alternative is in milliseconds, not nanoseconds.
        long timeNs = scan.Header.TimeNs((ulong)one.TimeStampQPC);
#pragma warning restore CS0618
        recording.NoteLosses(source.EventsLost, timeNs);
        if (process == EventKind.None)
            Take(one, timeNs);
        else
            AddProcess(process, one, timeNs);
        _isInHandler = false;
    }

    private void Take(TraceEvent one, long timeNs)
    {
        if (!_sources.TryGetValue(one, out NetTraceSource? source))
        {
            source = new NetTraceSource(one.ProviderName, scan.Metadata.PlaceOf(one.ProviderName, (ushort)one.ID));
            _sources.Add(one, source);
        }

        source.Events++;
        if (source.Place >= 0)
            Decode(scan.Metadata.Events[source.Place], source.Place, one, timeNs);
    }

    private void Decode(NetTraceEvent known, int place, TraceEvent one, long timeNs)
    {
        int skipped = known.HasSampleValue ? VarBytes(one) : 0;
        int length = one.EventDataLength - skipped;
        Span<byte> record = _record.AsSpan(0, NetTraceEvent.HeadBytes + length);
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)place);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], one.ThreadID);
        one.EventData(_record, NetTraceEvent.HeadBytes, skipped, length);
        foreach (int at in known.DataLocs)
        {
            if (at + 4 <= record.Length)
            {
                uint word = BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);
                uint moved = Math.Min((word & 0xFFFF) + NetTraceEvent.HeadBytes, ushort.MaxValue);
                BinaryPrimitives.WriteUInt32LittleEndian(record[at..], (word & 0xFFFF0000) | moved);
            }
        }

        recording.Decoder.Decode(record, timeNs, recording.Tracepoints.At(one.ProcessorNumber, timeNs), recording.Tally);
    }

    private int VarBytes(TraceEvent one)
    {
        int length = Math.Min(10, one.EventDataLength);
        one.EventData(_record, 0, 0, length);
        VarReader reader = new(_record.AsSpan(0, length));
        reader.Var();
        return length - reader.Remaining;
    }

    // ProcessCreate: NamespaceId as a varuint, Name as a text with a length of 16 bits, NamespaceName likewise. This uses the name's bytes,
    // not the text that TraceEvent makes from them.
    private void AddProcess(EventKind kind, TraceEvent one, long timeNs)
    {
        if (one.ProcessID <= 0)
        {
            recording.Damaged++;
            return;
        }

        RawEventStream stream = recording.Processes.At(one.ProcessorNumber, timeNs);
        ReadOnlySpan<byte> comm = default;
        if (kind == EventKind.Fork)
        {
            one.EventData(_record, 0, 0, one.EventDataLength);
            VarReader reader = new(_record.AsSpan(0, one.EventDataLength));
            reader.Var();
            comm = reader.Bytes(reader.UInt16());
        }

        stream.Add(kind, timeNs, one.ProcessID, -1, comm.IsEmpty ? 0 : stream.Comms.Intern(comm), kind == EventKind.Exit ? 1 : 0);
    }
}

/// <summary>The undamaged blocks of a trace as one stream, read from the input, and then the block that ends a trace.</summary>
internal sealed class SoundBlocksStream(TraceInput input, NetTraceScan scan, Action<double>? progress) : ForwardOnlyStream
{
    private readonly byte[] _end = scan.IsObjects ? [1] : [0, 0, 0, 0];
    private int _range;
    private int _endBytes;

    /// <summary>Offset in the file of the next byte to read.</summary>
    public long FileOffset { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        while (_range < scan.Ranges.Count && FileOffset >= scan.Ranges[_range].End)
        {
            _range++;
            if (_range < scan.Ranges.Count)
                FileOffset = scan.Ranges[_range].Start;
        }

        bool isEnd = _range == scan.Ranges.Count;
        long left = isEnd ? _end.Length - _endBytes : scan.Ranges[_range].End - FileOffset;
        Span<byte> bytes = buffer[..(int)Math.Min(buffer.Length, left)];
        if (isEnd)
        {
            _end.AsSpan(_endBytes, bytes.Length).CopyTo(bytes);
            _endBytes += bytes.Length;
        }
        else
        {
            input.Read(FileOffset, bytes);
            FileOffset += bytes.Length;
        }

        progress?.Invoke((double)FileOffset / input.Length);
        return bytes.Length;
    }
}
