namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>What the record loop met that is not an event, and what a user should know of it.</summary>
internal sealed class RecordCounts
{
    private readonly SortedDictionary<uint, long> _unknownTypes = [];

    /// <summary>Samples whose id belongs to no attribute.</summary>
    public long UnknownIds { get; set; }

    /// <summary>Samples whose parts do not fit into them, or whose CPU or time cannot be.</summary>
    public long DamagedSamples { get; set; }

    /// <summary>Samples of which nothing tells the CPU.</summary>
    public long UnplacedSamples { get; set; }

    /// <summary>Known records that are too short for what they hold.</summary>
    public long DamagedRecords { get; set; }

    /// <summary>Times that the kernel paused an event for taking too much time.</summary>
    public long Throttles { get; set; }

    /// <summary>Bytes at the end that are no whole record; 0 for an input that ends as it should.</summary>
    public long CutBytes { get; set; }

    /// <summary>True if perf record was killed before it could finish the file.</summary>
    public bool IsUnfinished { get; set; }

    /// <summary>True if another recording follows in the file.</summary>
    public bool IsFirstOfSeveral { get; set; }

    public void CountUnknownType(uint type)
    {
        // Damaged input can claim four billion types; the first few tell the tale.
        const int TypesMax = 16;
        uint key = _unknownTypes.Count < TypesMax || _unknownTypes.ContainsKey(type) ? type : uint.MaxValue;
        _unknownTypes[key] = _unknownTypes.GetValueOrDefault(key) + 1;
    }

    public IEnumerable<ImportIssue> Issues()
    {
        if (IsUnfinished)
            yield return Loss("unfinished_recording", "perf record was killed before it finished; what it had written was read.", 1);
        if (IsFirstOfSeveral)
        {
            const string Message = "Another recording follows in the file and was not read: give each as a file of its own.";
            yield return Loss("several_recordings", Message, 1);
        }

        if (CutBytes > 0)
            yield return Loss("truncated", "The recording ends within a record; the bytes of that record were left out.", CutBytes);
        if (DamagedSamples > 0)
            yield return Loss("damaged_samples", "Samples that are too short or have an impossible CPU were skipped.", DamagedSamples);
        if (UnplacedSamples > 0)
        {
            const string Message = "Samples of which nothing tells the CPU were skipped; " + AttributeTable.WithCpus + ".";
            yield return Loss("unplaced_samples", Message, UnplacedSamples);
        }

        if (UnknownIds > 0)
            yield return Loss("unknown_ids", "Samples of events that the recording does not describe were skipped.", UnknownIds);
        if (Throttles > 0)
            yield return Loss("throttled", "The kernel paused the recording of an event for taking too much time.", Throttles);
        if (DamagedRecords > 0)
            yield return Warning("short_records", "Records beside the samples are too short; they were skipped.", DamagedRecords);
        if (_unknownTypes.Count > 0)
        {
            string types = string.Join(", ", _unknownTypes.Keys.Select(type => type == uint.MaxValue ? "others" : $"{type}"));
            yield return Warning("unknown_records", $"Records of unknown types were skipped: {types}.", _unknownTypes.Values.Sum());
        }
    }

    private static ImportIssue Loss(string code, string message, long count) => new(IssueSeverity.DataLoss, code, message, count);

    private static ImportIssue Warning(string code, string message, long count) => new(IssueSeverity.Warning, code, message, count);
}

/// <summary>
/// PERF_RECORD_*: record types that this reader acts on (include/uapi/linux/perf_event.h and, from 64 on,
/// tools/lib/perf/include/perf/event.h).
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
    public const uint HeaderAttribute = 64;
    public const uint TracingData = 66;
    public const uint FinishedRound = 68;
    public const uint IdIndex = 69;
    public const uint AuxTrace = 71;
    public const uint EventUpdate = 78;
    public const uint HeaderFeature = 80;
    public const uint Compressed = 81;
    public const uint Compressed2 = 83;

    private const uint FirstOfKernel = 1;
    private const uint LastOfKernel = 21;
    private const uint FirstOfTool = 64;
    private const uint LastOfTool = 84;

    /// <summary>True for the types of Linux 6.18 and perf 6.18; others are counted and reported.</summary>
    public static bool IsKnown(uint type) => type is (>= FirstOfKernel and <= LastOfKernel) or (>= FirstOfTool and <= LastOfTool);
}
