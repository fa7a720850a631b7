using System.Buffers.Binary;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Writes small perf.data recordings, with the layout of perf record or with wrong layouts.</summary>
public sealed class PerfFileWriter(bool bigEndian = false)
{
    private const uint SampleType = 9;

    public bool IsBigEndian => bigEndian;

    public List<PerfEvent> Events { get; } = [];

    public SortedDictionary<int, byte[]> Features { get; } = [];

    public ByteWriter Records { get; } = new(bigEndian);

    public ByteWriter NewWriter() => new(bigEndian);

    /// <summary>Adds the feature CMDLINE: u32 words, then the words.</summary>
    public void CommandLine(string line)
    {
        string[] words = line.Split(' ');
        ByteWriter feature = NewWriter().U32((uint)words.Length);
        foreach (string word in words)
            feature.PerfString(word);
        Features[11] = feature.ToArray();
    }

    /// <summary>A recording with two tracepoints on two CPUs, as with perf record -a, and with tracing data.</summary>
    public static PerfFileWriter WithTwoEvents(bool bigEndian = false)
    {
        PerfFileWriter file = new(bigEndian);
        file.Events.Add(new PerfEvent { Config = Tracefs.NewTaskId, Ids = [10, 11], Name = "task:task_newtask" });
        file.Events.Add(new PerfEvent { Config = Tracefs.ExitId, Ids = [12, 13], Name = "sched:sched_process_exit" });
        file.Features[1] = Tracefs.Block(bigEndian);
        return file;
    }

    public void Record(uint type, ReadOnlySpan<byte> body, int misc = 0)
    {
        Records.U32(type).U16(misc).U16(8 + body.Length).Bytes(body);
    }

    /// <summary>A sample of an event with the default sample_type.</summary>
    public void Sample(ulong id, ulong timeNs, uint cpu, byte[] raw) => Sample(new PerfEvent(), id, timeNs, cpu, raw, null);

    /// <summary>A sample with any sample_type. Fields that the reader does not use are filled from <paramref name="random"/>.</summary>
    public void Sample(PerfEvent of, ulong id, ulong timeNs, uint cpu, byte[] raw, Random? random, ulong cgroup = 0)
    {
        ByteWriter body = NewWriter();
        ulong Any() => random is null ? 0 : (ulong)random.NextInt64();
        int Few() => random?.Next(5) ?? 0;
        bool Has(ulong bit) => (of.Samples & bit) != 0;
        if (Has(PerfEvent.Identifier))
            body.U64(id);
        if (Has(PerfEvent.Ip))
            body.U64(Any());
        if (Has(PerfEvent.Tid))
            body.U32(77).U32(78);
        if (Has(PerfEvent.Time))
            body.U64(timeNs);
        if (Has(PerfEvent.Address))
            body.U64(Any());
        if (Has(PerfEvent.Id))
            body.U64(id);
        if (Has(PerfEvent.StreamId))
            body.U64(Any());
        if (Has(PerfEvent.Cpu))
            body.U32(cpu).U32((uint)Any());
        if (Has(PerfEvent.Period))
            body.U64(Any());
        if (Has(PerfEvent.Read))
            Reading(body, of.ReadFormat, Any, Few());
        if (Has(PerfEvent.CallChain))
            Counted(body, Any, Few(), 1);
        if (Has(PerfEvent.Raw))
            body.U32((uint)((raw.Length + 11) / 8 * 8) - 4).Bytes(raw).PadTo(8);
        if (Has(PerfEvent.Branches))
            Counted(body, Any, Few(), 3);
        if (Has(PerfEvent.UserRegisters))
            body.U64(0);
        if (Has(PerfEvent.UserStack))
            body.U64(0);
        if (Has(PerfEvent.Weight))
            body.U64(Any());
        if (Has(PerfEvent.DataSource))
            body.U64(Any());
        if (Has(PerfEvent.Cgroup))
            body.U64(cgroup);
        if (Has(PerfEvent.DataPageSize))
            body.U64(Any());
        if (Has(PerfEvent.CodePageSize))
            body.U64(Any());
        Record(SampleType, body.ToArray());
    }

    /// <summary>LOST with the trailer of the default sample_type.</summary>
    public void Lost(ulong id, ulong lost, ulong timeNs, uint cpu) => Record(2, Trailer(NewWriter().U64(id).U64(lost), id, timeNs, cpu));

    /// <summary>LOST_SAMPLES as perf 6.1 writes it at the end: only the id in the trailer is correct.</summary>
    public void LostSamples(ulong id, ulong lost, int misc = 0) => Record(13, Trailer(NewWriter().U64(lost), id, 0, 0), misc);

    /// <summary>FORK or EXIT as the kernel writes it. perf generates such records with time 0 at its start.</summary>
    public void Task(bool isFork, ulong id, ulong timeNs, uint cpu, uint tid, uint parentTid, uint? pid = null)
    {
        ByteWriter body = NewWriter().U32(pid ?? tid).U32(parentTid).U32(tid).U32(parentTid).U64(timeNs);
        Record(isFork ? 7u : 4u, timeNs == 0 ? body.Zeros(32).ToArray() : Trailer(body, id, timeNs, cpu));
    }

    /// <summary>COMM.</summary>
    public void Name(ulong id, ulong timeNs, uint cpu, uint tid, string comm, int misc = 0)
    {
        ByteWriter body = NewWriter().U32(tid).U32(tid).Text(comm).PadTo(8);
        Record(3, timeNs == 0 ? body.Zeros(32).ToArray() : Trailer(body, id, timeNs, cpu), misc);
    }

    /// <summary>CGROUP: the path of a cgroup's id, as perf record generates it at its start.</summary>
    public void Cgroup(ulong id, string path) => Record(19, NewWriter().U64(id).Text(path).PadTo(8).Zeros(32).ToArray());

    /// <summary>ID_INDEX: the CPU on which each id was opened.</summary>
    public void IdIndex(params (ulong Id, ulong Cpu)[] entries)
    {
        ByteWriter body = NewWriter().U64((ulong)entries.Length);
        foreach ((ulong id, ulong cpu) in entries)
            body.U64(id).U64(cpu).U64(cpu).U64(ulong.MaxValue);
        Record(69, body.ToArray());
    }

    /// <summary>THREAD_MAP: the tasks that were recorded; -1 with -a.</summary>
    public void ThreadMap(params int[] tids)
    {
        ByteWriter body = NewWriter().U64((ulong)tids.Length);
        foreach (int tid in tids)
            body.U64((ulong)(long)tid).Zeros(16);
        Record(73, body.ToArray());
    }

    /// <summary>The file. If perf record did not finish it, it has neither the size of the records nor features.</summary>
    public byte[] ToFile(bool isFinished = true)
    {
        const int HeaderBytes = 104;
        int entryBytes = (Events.Count == 0 ? 136 : Events[0].Bytes) + 16;
        int idsAt = HeaderBytes, attributesAt = idsAt + (8 * Events.Sum(one => one.Ids.Length));
        int dataAt = attributesAt + (entryBytes * Events.Count);
        ByteWriter file = Magic().U64(HeaderBytes).U64((ulong)entryBytes).U64((ulong)attributesAt).U64((ulong)(entryBytes * Events.Count))
            .U64((ulong)dataAt).U64(isFinished ? (ulong)Records.Count : 0).U64(0).U64(0).Bytes(Bitmap());
        foreach (ulong id in Events.SelectMany(one => one.Ids))
            file.U64(id);
        int ids = idsAt;
        foreach (PerfEvent one in Events)
        {
            file.Bytes(one.ToBytes(bigEndian)).U64((ulong)ids).U64((ulong)(8 * one.Ids.Length));
            ids += 8 * one.Ids.Length;
        }

        file.Bytes(Records.ToArray());
        if (isFinished)
            AppendFeatures(file);
        return file.ToArray();
    }

    /// <summary>The same recording as output of perf record -o -. Older perfs write a record of 12 bytes before the tracing data.</summary>
    public byte[] ToPipe(bool isOlder = false)
    {
        PerfFileWriter head = new(bigEndian);
        foreach (PerfEvent one in Events)
        {
            ByteWriter body = NewWriter().Bytes(one.ToBytes(bigEndian));
            foreach (ulong id in one.Ids)
                body.U64(id);
            head.Record(64, body.ToArray());
        }

        foreach ((int bit, byte[] section) in Features.Where(feature => feature.Key != 1))
            head.Record(80, NewWriter().U64((ulong)bit).Bytes(section).ToArray());
        if (Features.TryGetValue(1, out byte[]? tracing))
        {
            uint padded = (uint)((tracing.Length + 7) / 8 * 8);
            head.Record(66, isOlder ? NewWriter().U32(padded).ToArray() : NewWriter().U32((uint)tracing.Length).U32(0).ToArray());
            head.Records.Bytes(tracing).Zeros((8 - (tracing.Length % 8)) % 8);
        }

        foreach (PerfEvent one in Events.Where(one => one.Name.Length > 0 && one.Ids.Length > 0))
            head.Record(78, NewWriter().U64(2).U64(one.Ids[0]).Text(one.Name).PadTo(8).ToArray());
        return Magic().U64(16).Bytes(head.Records.ToArray()).Bytes(Records.ToArray()).ToArray();
    }

    private static void Counted(ByteWriter body, Func<ulong> any, int count, int wordsEach)
    {
        body.U64((ulong)count);
        for (int word = 0; word < count * wordsEach; word++)
            body.U64(any());
    }

    private static void Reading(ByteWriter body, ulong format, Func<ulong> any, int count)
    {
        int times = CountOf((format & 1) != 0, (format & 2) != 0);
        int each = 1 + CountOf((format & 4) != 0, (format & 16) != 0);
        bool isGroup = (format & 8) != 0;
        if (isGroup)
            body.U64((ulong)count);
        for (int word = 0; word < times + (each * (isGroup ? count : 1)); word++)
            body.U64(any());
    }

    private static int CountOf(params bool[] bits) => bits.Count(bit => bit);

    private ByteWriter Magic()
    {
        byte[] magic = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(magic, 0x32454c4946524550);
        if (bigEndian)
            Array.Reverse(magic);
        return NewWriter().Bytes(magic);
    }

    private byte[] Bitmap()
    {
        ByteWriter bitmap = NewWriter();
        for (int word = 0; word < 4; word++)
            bitmap.U64(Features.Keys.Where(bit => bit / 64 == word).Aggregate(0UL, (bits, bit) => bits | (1UL << (bit % 64))));
        return bitmap.ToArray();
    }

    private void AppendFeatures(ByteWriter file)
    {
        int at = file.Count + (16 * Features.Count);
        foreach (byte[] section in Features.Values)
        {
            file.U64((ulong)at).U64((ulong)section.Length);
            at += section.Length;
        }

        foreach (byte[] section in Features.Values)
            file.Bytes(section);
    }

    private static byte[] Trailer(ByteWriter body, ulong id, ulong timeNs, uint cpu) =>
        body.U32(1).U32(1).U64(timeNs).U32(cpu).U32(0).U64(id).ToArray();
}
