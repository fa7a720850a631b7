using ForkTrace.Ingest.Formats.PerfData;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// The lines of <c>perf script --show-task-events</c>, as far as no tracepoint of the text tells the same (tools/perf/util/event.c,
/// perf_event__fprintf_task, perf_event__fprintf_comm):
/// <code>
/// PERF_RECORD_FORK(pid:tid):(parent's pid:tid)     PERF_RECORD_EXIT(pid:tid):(parent's pid:tid)     PERF_RECORD_COMM[ exec]: comm:pid/tid
/// </code>
/// </summary>
internal static class TaskRecordLines
{
    // So often it is looked whether tracepoints have come meanwhile: they follow their task's record at once.
    private const int CheckEvery = 1 << 12;

    /// <summary>Takes note of a line, if it is one of them and well-formed; other lines are passed over.</summary>
    public static void Read(in LineHead head, ReadOnlySpan<byte> record, TextProgress progress)
    {
        if (!progress.WantsTaskRecords || !TryRead(in head, record, progress.Tasks))
            return;
        if (head.Time > 0)
            progress.Shape |= head.Shape;
        if (progress.Tasks.Count % CheckEvery == 0 && progress.Names.HasForks && progress.Names.HasExits)
            progress.WantsTaskRecords = false;
    }

    private static bool TryRead(in LineHead head, ReadOnlySpan<byte> record, TaskRecords tasks)
    {
        if (record.StartsWith("PERF_RECORD_COMM"u8))
            return TryReadName(head.Time, record, tasks);
        bool isFork = record.StartsWith("PERF_RECORD_FORK("u8);
        if (!isFork && !record.StartsWith("PERF_RECORD_EXIT("u8))
            return false;
        int at = "PERF_RECORD_FORK("u8.Length;
        if (!TryPair(record, ref at, out int tid) || !record[at..].StartsWith("):("u8))
            return false;
        at += 3;
        if (!TryPair(record, ref at, out int parentTid))
            return false;
        int cpu = (head.Shape & LineShape.NoCpu) != 0 ? -1 : head.Cpu;
        tasks.Add(isFork ? RecordType.Fork : RecordType.Exit, head.Time, cpu, tid, parentTid);
        return true;
    }

    private static bool TryReadName(long timeNs, ReadOnlySpan<byte> record, TaskRecords tasks)
    {
        int slash = record.LastIndexOf((byte)'/');
        int start = record.IndexOf(": "u8) + 2;
        int end = slash < 0 ? -1 : record[..slash].LastIndexOf((byte)':');
        int at = slash + 1;
        if (start < 2 || end < start || !TextNumbers.TryTid(record, ref at, out int tid))
            return false;
        tasks.AddName(timeNs, tid, record[start..end]);
        return true;
    }

    // "pid:tid"
    private static bool TryPair(ReadOnlySpan<byte> record, ref int at, out int tid)
    {
        tid = 0;
        if (!TextNumbers.TryTid(record, ref at, out _) || at >= record.Length || record[at] != ':')
            return false;
        at++;
        return TextNumbers.TryTid(record, ref at, out tid);
    }
}
