using System.Buffers;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// The feature sections: facts about the recorded machine and the recorder (tools/perf/util/header.c, process_*). A section that cannot be
/// read is reported and skipped. Old tools wrote some sections wrongly, and no event depends on them.
/// </summary>
internal sealed class PerfFeatures
{
    private const uint ZstdCompression = 1;

    // MAX_NUMNODES with the largest CONFIG_NODES_SHIFT, 10.
    private const uint NodesMax = 1024;

    private static readonly SearchValues<char> s_shellCharacters = SearchValues.Create(" \t\n'\"\\$&|;<>()*?~`");

    private readonly List<string> _unreadable = [];
    private readonly CpuGroups _nodes = new();
    private readonly PerfCaches _caches = new();
    private int _clockDataId = -1;
    private long _wallClockOffsetNs;

    public string Kernel { get; private set; } = "";
    public string Machine { get; private set; } = "";
    public string Host { get; private set; } = "";
    public string CommandLine { get; private set; } = "";

    /// <summary>Number of the machine's CPUs; 0 if unknown.</summary>
    public int Cpus { get; private set; }

    /// <summary>Number of CPUs that were online when the recording was written; 0 if unknown.</summary>
    public int CpusOnline { get; private set; }

    /// <summary>NUMA node of each CPU; -1 for a CPU that no node lists; empty if unknown.</summary>
    public ImmutableArray<int> CpuNodes => _nodes.ToArray(Cpus);

    /// <summary>For each CPU, the group of CPUs that share its last-level cache; -1 for a CPU without a group; empty if unknown.</summary>
    public ImmutableArray<int> CpuCaches => _caches.Groups(Cpus);

    /// <summary>Nanoseconds to add to a clock's times to get Unix time; null if the recorder did not store it for that clock.</summary>
    public long? WallClockOffsetNs(int? clockId) => clockId is not null && clockId == _clockDataId ? _wallClockOffsetNs : null;

    public IssueList Issues() => new IssueList().Warn(
        "unreadable_features", _unreadable.Count, $"Sections about the machine could not be read: {string.Join(", ", _unreadable)}.");

    /// <summary>Reads one section. Sets the names of events in <paramref name="attributes"/>.</summary>
    public void Read(int bit, ByteCursor cursor, AttributeTable attributes)
    {
        try
        {
            ReadKnown(bit, ref cursor, attributes);
        }
        catch (IngestException damage) when (damage.Code != "unsupported")
        {
            _unreadable.Add($"{bit} ({damage.Message})");
        }
    }

    private void ReadKnown(int bit, ref ByteCursor cursor, AttributeTable attributes)
    {
        switch (bit)
        {
            case FeatureBit.OsRelease:
                Kernel = ReadString(ref cursor);
                break;
            case FeatureBit.HostName:
                Host = ReadString(ref cursor);
                break;
            case FeatureBit.Architecture:
                Machine = ReadString(ref cursor);
                break;
            case FeatureBit.Cpus:
                uint available = cursor.ReadUInt32("the number of CPUs");
                uint online = cursor.ReadUInt32("the number of CPUs online");
                Cpus = (int)Math.Min(Math.Max(available, online), CpuStreams.CpusMax);
                CpusOnline = (int)Math.Min(online, CpuStreams.CpusMax);
                break;
            case FeatureBit.CommandLine:
                CommandLine = ReadCommandLine(ref cursor);
                break;
            case FeatureBit.EventDescription:
                ReadNames(ref cursor, attributes);
                break;
            case FeatureBit.CpuTopology:
                _caches.ReadPackages(ref cursor);
                break;
            case FeatureBit.Cache:
                _caches.ReadCaches(ref cursor);
                break;
            case FeatureBit.NumaTopology:
                ReadNodes(ref cursor);
                break;
            case FeatureBit.Compressed:
                ReadCompression(ref cursor);
                break;
            case FeatureBit.ClockData:
                ReadClock(ref cursor);
                break;
        }
    }

    // u32 length (padded, NUL inside), bytes.
    internal static string ReadString(ref ByteCursor cursor)
    {
        ReadOnlySpan<byte> bytes = cursor.ReadBytes(cursor.ReadUInt32("the length of a text"), "a text");
        int nul = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(nul < 0 ? bytes : bytes[..nul]);
    }

    private static string ReadCommandLine(ref ByteCursor cursor)
    {
        StringBuilder line = new();
        for (uint words = cursor.ReadUInt32("the number of arguments"); words > 0; words--)
        {
            string word = ReadString(ref cursor);
            bool isPlain = word.Length > 0 && !word.AsSpan().ContainsAny(s_shellCharacters);
            line.Append(line.Length == 0 ? "" : " ").Append(isPlain ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'");
        }

        return line.ToString();
    }

    // u32 events, u32 attribute size; for each event: attribute, u32 ids, name, ids. The order is that of the attribute section.
    private static void ReadNames(ref ByteCursor cursor, AttributeTable attributes)
    {
        uint events = cursor.ReadUInt32("the number of events");
        uint attributeBytes = cursor.ReadUInt32("the attribute size of the event descriptions");
        for (uint index = 0; index < events; index++)
        {
            cursor.ReadBytes(attributeBytes, "a described attribute");
            uint ids = cursor.ReadUInt32("the number of ids of an event");
            string name = ReadString(ref cursor);
            if (index < attributes.All.Count && name.Length > 0)
                attributes.All[(int)index].Name = name;
            cursor.ReadBytes(8UL * ids, "the ids of an event");
        }
    }

    // u32 nodes; for each node: u32 node, u64 memory, u64 free memory, list of CPUs.
    private void ReadNodes(ref ByteCursor cursor)
    {
        for (uint nodes = cursor.ReadUInt32("the number of NUMA nodes", NodesMax); nodes > 0; nodes--)
        {
            uint node = cursor.ReadUInt32("a NUMA node");
            cursor.ReadBytes(16, "the memory of a NUMA node");
            foreach (int cpu in CpuList.Parse(ReadString(ref cursor), CpuStreams.CpusMax))
                _nodes.Set(cpu, (int)Math.Min(node, int.MaxValue));
        }
    }

    // u32 version, u32 type, u32 level, u32 ratio, u32 buffer size.
    private static void ReadCompression(ref ByteCursor cursor)
    {
        cursor.ReadUInt32("the version of the compression");
        uint type = cursor.ReadUInt32("the type of the compression");
        if (type != ZstdCompression)
            Reject.Unsupported($"records are compressed with method {type}; only zstd (1) is supported", cursor.Offset - 4);
    }

    // u32 version, u32 clock, u64 wall clock, u64 clock: both times were read at the same moment, in ns.
    private void ReadClock(ref ByteCursor cursor)
    {
        cursor.ReadUInt32("the version of the clock pair");
        uint clockId = cursor.ReadUInt32("the clock of the clock pair");
        ulong wallNs = cursor.ReadUInt64("the wall time of the clock pair");
        ulong clockNs = cursor.ReadUInt64("the clock time of the clock pair");
        _clockDataId = (int)clockId;
        _wallClockOffsetNs = unchecked((long)(wallNs - clockNs));
    }
}

/// <summary>HEADER_*: features that this reader uses (tools/perf/util/header.h).</summary>
internal static class FeatureBit
{
    public const int TracingData = 1;
    public const int HostName = 3;
    public const int OsRelease = 4;
    public const int Architecture = 6;
    public const int Cpus = 7;
    public const int CommandLine = 11;
    public const int EventDescription = 12;
    public const int CpuTopology = 13;
    public const int NumaTopology = 14;
    public const int Cache = 20;
    public const int Compressed = 27;
    public const int ClockData = 29;
}
