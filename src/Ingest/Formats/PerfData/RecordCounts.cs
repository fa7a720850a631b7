namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>Counts the unusable records and samples, and reports them as issues.</summary>
internal sealed class RecordCounts
{
    private readonly SortedDictionary<uint, long> _unknownTypes = [];
    private long _unknownRecords;

    /// <summary>Samples whose id belongs to no attribute.</summary>
    public long UnknownIds { get; set; }

    /// <summary>Samples that are too short for their parts, or whose CPU or time is impossible.</summary>
    public long DamagedSamples { get; set; }

    /// <summary>Samples whose CPU is unknown.</summary>
    public long UnplacedSamples { get; set; }

    /// <summary>Records of known types that are too short for their fields.</summary>
    public long DamagedRecords { get; set; }

    /// <summary>How often the kernel paused an event because it took too much time.</summary>
    public long Throttles { get; set; }

    /// <summary>Bytes of an incomplete record at the end; 0 if there is none.</summary>
    public long CutBytes { get; set; }

    /// <summary>True if perf record was killed before it could finish the file.</summary>
    public bool IsUnfinished { get; set; }

    /// <summary>True if another recording follows in the same file.</summary>
    public bool IsFirstOfSeveral { get; set; }

    public void CountUnknownType(uint type)
    {
        // Damaged input can have four billion types. The first few are enough for the message.
        const int TypesMax = 16;
        uint key = _unknownTypes.Count < TypesMax || _unknownTypes.ContainsKey(type) ? type : uint.MaxValue;
        _unknownTypes[key] = _unknownTypes.GetValueOrDefault(key) + 1;
        _unknownRecords++;
    }

    public IssueList Issues()
    {
        const string Unfinished = "perf record was killed before it finished; the part that it had written was read.";
        const string Several = "Another recording follows in the file and was not read: give each recording as a separate file.";
        const string Unplaced = "Samples without a CPU were skipped; " + AttributeTable.WithCpus + ".";
        string types = _unknownRecords == 0
            ? ""
            : string.Join(", ", _unknownTypes.Keys.Select(type => type == uint.MaxValue ? "others" : $"{type}"));
        return new IssueList()
            .Loss("unfinished_recording", IsUnfinished ? 1 : 0, Unfinished)
            .Loss("several_recordings", IsFirstOfSeveral ? 1 : 0, Several)
            .Loss("truncated", CutBytes, "The recording ends within a record; the bytes of that record were left out.")
            .Loss("damaged_samples", DamagedSamples, "Samples that are too short or have an impossible CPU were skipped.")
            .Loss("unplaced_samples", UnplacedSamples, Unplaced)
            .Loss("unknown_ids", UnknownIds, "Samples of events that the recording does not describe were skipped.")
            .Loss("throttled", Throttles, "The kernel paused the recording of an event because it took too much time.")
            .Warn("short_records", DamagedRecords, "Records other than samples are too short; they were skipped.")
            .Warn("unknown_records", _unknownRecords, $"Records of unknown types were skipped: {types}.");
    }
}

/// <summary>
/// PERF_RECORD_*: record types that this reader acts on (include/uapi/linux/perf_event.h and, from 64 on,
/// tools/lib/perf/include/perf/event.h; from 32768 on, simpleperf's record.h).
/// </summary>
internal static class RecordType
{
    public const uint Lost = 2;
    public const uint Comm = 3;
    public const uint Exit = 4;
    public const uint Throttle = 5;
    public const uint Fork = 7;
    public const uint Sample = 9;
    public const uint LostSamples = 13;
    public const uint Cgroup = 19;
    public const uint HeaderAttribute = 64;
    public const uint TracingData = 66;
    public const uint FinishedRound = 68;
    public const uint IdIndex = 69;
    public const uint AuxTrace = 71;
    public const uint ThreadMap = 73;
    public const uint EventUpdate = 78;
    public const uint HeaderFeature = 80;
    public const uint Compressed = 81;
    public const uint Compressed2 = 83;
    public const uint SimpleperfTracingData = 32777;

    private const uint FirstOfKernel = 1;
    private const uint LastOfKernel = 21;
    private const uint FirstOfTool = 64;
    private const uint LastOfTool = 84;

    /// <summary>Number of bytes that the record loop and <see cref="HeaderRecords"/> read from every record of a type.</summary>
    public static int BytesMin(uint type) => type switch
    {
        Lost => 24,
        SimpleperfTracingData => 12,
        LostSamples or Cgroup or IdIndex or ThreadMap or HeaderFeature or EventUpdate => 16,
        _ => 8,
    };

    /// <summary>True for the types of Linux 6.18 and perf 6.18, and the one of simpleperf that is read. Other types are counted and reported.</summary>
    public static bool IsKnown(uint type) =>
        type is (>= FirstOfKernel and <= LastOfKernel) or (>= FirstOfTool and <= LastOfTool) or SimpleperfTracingData;
}
