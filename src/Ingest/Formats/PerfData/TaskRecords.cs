using System.Globalization;
using ForkTrace.Events;
using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// Forks and exits as perf itself records them (PERF_RECORD_FORK, PERF_RECORD_EXIT): every <c>perf record</c> has them, whatever events it
/// was asked for. They stand in for tracepoints that are not in the recording, and are never counted beside them. FORK is written at the
/// end of copy_process, before task_newtask, and EXIT in do_exit (kernel/fork.c, kernel/exit.c, kernel/events/core.c); neither has a
/// comm, so COMM records and the forking threads' names are followed.
/// </summary>
internal sealed class TaskRecords
{
    private readonly List<TaskRecord> _records = [];
    private readonly CommInterner _names = new();
    private readonly long[] _taken = new long[RecordType.Fork + 1];
    private long _madeUp;

    /// <summary>Records noted.</summary>
    public int Count => _records.Count;

    /// <summary>Records of which nothing tells the CPU; they were left out.</summary>
    public long Unplaced { get; private set; }

    /// <summary>Takes note of a FORK or EXIT record. Records may come in any order of time.</summary>
    public void Add(uint type, long timeNs, int cpu, int tid, int parentTid) =>
        _records.Add(new TaskRecord(type, timeNs, cpu, tid, type == RecordType.Fork ? parentTid : -1, 0));

    /// <summary>Takes note of a COMM record.</summary>
    public void AddName(long timeNs, int tid, ReadOnlySpan<byte> comm) =>
        _records.Add(new TaskRecord(RecordType.Comm, timeNs, -1, tid, -1, _names.Intern(comm)));

    /// <summary>Forgets everything: tracepoints tell the same.</summary>
    public void Clear() => _records.Clear();

    /// <summary>Rows of what is wanted, in streams of their own beside those of the tracepoints; the caller disposes of them.</summary>
    public IReadOnlyList<RawEventStream> ToStreams(bool wantsForks, bool wantsExits)
    {
        CpuStreams streams = new();
        if (_records.Count == 0 || !(wantsForks || wantsExits))
            return streams.All;
        Dictionary<int, int> comms = [];
        foreach (TaskRecord record in _records.Select((record, index) => (record, index))
            .OrderBy(one => one.record.TimeNs).ThenBy(one => one.index).Select(one => one.record))
        {
            int source = record.Type == RecordType.Fork ? record.ParentTid : record.Tid;
            int comm = record.Type == RecordType.Comm ? record.Comm : comms.GetValueOrDefault(source);
            comms[record.Tid] = comm;
            bool isWanted = record.Type == RecordType.Fork ? wantsForks : record.Type == RecordType.Exit && wantsExits;
            if (isWanted)
                AddRow(streams, record, comm);
        }

        _records.Clear();
        return streams.All;
    }

    /// <summary>Says what was taken from records, and what was not.</summary>
    public IEnumerable<ImportIssue> Issues()
    {
        if (_taken[RecordType.Fork] > 0)
        {
            string madeUp = _madeUp.ToString(CultureInfo.InvariantCulture);
            string others = _madeUp == 0 ? "" : $"; {madeUp} more, which perf makes up for tasks that were there before, are not counted";
            yield return Warning(
                TraceFacts.ForkRecordsCode,
                $"No tracepoint tells of forks: perf's own FORK records were taken, which have no clone flags{others}.",
                _taken[RecordType.Fork]);
        }

        if (_taken[RecordType.Exit] > 0)
        {
            yield return Warning(
                TraceFacts.ExitRecordsCode,
                "No tracepoint tells of exits: perf's own EXIT records were taken.",
                _taken[RecordType.Exit]);
        }

        if (Unplaced > 0)
        {
            yield return new ImportIssue(
                IssueSeverity.DataLoss,
                "unplaced_task_records",
                $"FORK and EXIT records do not say on which CPU they happened, and were skipped; {AttributeTable.WithCpus}.",
                Unplaced);
        }
    }

    private static ImportIssue Warning(string code, string message, long count) => new(IssueSeverity.Warning, code, message, count);

    private void AddRow(CpuStreams streams, TaskRecord record, int comm)
    {
        if (record.TimeNs == 0)
        {
            _madeUp++;
            return;
        }

        if (record.Cpu < 0)
        {
            Unplaced++;
            return;
        }

        bool isFork = record.Type == RecordType.Fork;
        RawEventStream stream = streams.At(record.Cpu, record.TimeNs);
        stream.Add(new RawEvent
        {
            TimeNs = record.TimeNs,
            Kind = isFork ? EventKind.Fork : EventKind.Exit,
            Tid = record.Tid,
            OtherTid = record.ParentTid,
            // The kernel's older exit events do not say either whether the whole group died.
            Value = isFork ? 0 : -1,
            Comm = comm == 0 ? 0 : stream.Comms.InternFrom(_names, comm),
        });
        _taken[record.Type]++;
    }
}
