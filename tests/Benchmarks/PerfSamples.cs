using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Splits the records of a perf.data: records that come once, and samples (with the marks between rounds), which can be repeated with later
/// times. Samples have perf record's usual layout for tracepoints: time at byte 32, CPU at 40, the event's record at 60.
/// </summary>
internal sealed class PerfSamples
{
    private const uint Sample = 9;
    private const uint TracingData = 66;
    private const uint FinishedRound = 68;
    private const int TimeAt = 32;
    private const int CpuAt = 40;
    private const int RecordAt = 60;
    private const long StepNsMax = 20;
    private readonly List<byte> _once = [];
    private readonly List<byte> _round = [];
    private readonly List<int> _times = [];
    private readonly Dictionary<int, byte[]> _switches = [];
    private long _firstNs = long.MaxValue;
    private long _lastNs;
    private int _turn;

    /// <param name="records">The records of a file or a pipe.</param>
    /// <param name="living">The recording's switch event.</param>
    /// <param name="switches">Switches between living tasks to put after each sample.</param>
    public PerfSamples(ReadOnlySpan<byte> records, LivingSwitch living, int switches)
    {
        long[] nexts = NextTimes(records);
        int sample = 0;
        for (int at = 0; at < records.Length;)
        {
            ReadOnlySpan<byte> record = records.Slice(at, BytesAt(records, at));
            at += record.Length;
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(record);
            if (type == Sample && record.Length > RecordAt)
                Add(record, nexts[sample++], living, switches);
            else
                (type == FinishedRound ? _round : _once).AddRange(record);
        }
    }

    /// <summary>The records that come once: all except samples.</summary>
    public ReadOnlySpan<byte> Once => CollectionsMarshal.AsSpan(_once);

    /// <summary>Size of all samples, without repetition, in bytes.</summary>
    public int RoundBytes => _round.Count;

    /// <summary>All samples, repeated, each time later.</summary>
    public IEnumerable<byte[]> Rounds(int count)
    {
        byte[] round = [.. _round];
        for (int repetition = 0; repetition < count; repetition++)
        {
            yield return round;
            foreach (int at in _times)
            {
                Span<byte> time = round.AsSpan(at);
                BinaryPrimitives.WriteInt64LittleEndian(time, BinaryPrimitives.ReadInt64LittleEndian(time) + _lastNs - _firstNs + 1_000_000);
            }
        }
    }

    private void Add(ReadOnlySpan<byte> sample, long nextNs, LivingSwitch living, int switches)
    {
        long time = BinaryPrimitives.ReadInt64LittleEndian(sample[TimeAt..]);
        int cpu = BinaryPrimitives.ReadInt32LittleEndian(sample[CpuAt..]);
        Append(sample, time);
        if (living.Is(sample[RecordAt..]))
            _switches[cpu] = sample.ToArray();
        if (switches == 0 || !_switches.TryGetValue(cpu, out byte[]? idle))
            return;
        long step = Math.Clamp((nextNs - time) / (switches + 1), 0, StepNsMax);
        for (int one = 1; one <= switches; one++)
        {
            living.Make(idle.AsSpan(RecordAt), _turn++);
            Append(idle, time + (step * one));
        }
    }

    private void Append(ReadOnlySpan<byte> sample, long time)
    {
        _times.Add(_round.Count + TimeAt);
        _round.AddRange(sample);
        BinaryPrimitives.WriteInt64LittleEndian(CollectionsMarshal.AsSpan(_round)[_times[^1]..], time);
        _firstNs = Math.Min(_firstNs, time);
        _lastNs = Math.Max(_lastNs, time);
    }

    // For each sample, the time of the next one on its CPU.
    private static long[] NextTimes(ReadOnlySpan<byte> records)
    {
        List<(long Time, int Cpu)> samples = [];
        for (int at = 0; at < records.Length; at += BytesAt(records, at))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(records[at..]) != Sample || BytesAt(records, at) <= RecordAt)
                continue;
            long time = BinaryPrimitives.ReadInt64LittleEndian(records[(at + TimeAt)..]);
            samples.Add((time, BinaryPrimitives.ReadInt32LittleEndian(records[(at + CpuAt)..])));
        }

        long[] nexts = new long[samples.Count];
        Dictionary<int, long> ofCpu = [];
        for (int index = samples.Count - 1; index >= 0; index--)
        {
            nexts[index] = ofCpu.GetValueOrDefault(samples[index].Cpu, long.MaxValue);
            ofCpu[samples[index].Cpu] = samples[index].Time;
        }

        return nexts;
    }

    // Includes the payload after a TRACING_DATA record in a pipe.
    private static int BytesAt(ReadOnlySpan<byte> records, int at)
    {
        int size = BinaryPrimitives.ReadUInt16LittleEndian(records[(at + 6)..]);
        bool isTracing = BinaryPrimitives.ReadUInt32LittleEndian(records[at..]) == TracingData;
        return isTracing ? size + BinaryPrimitives.ReadInt32LittleEndian(records[(at + 8)..]) : size;
    }
}
