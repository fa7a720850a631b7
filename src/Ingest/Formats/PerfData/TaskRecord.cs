namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>One FORK, EXIT or COMM record, of a file or of a text.</summary>
/// <param name="Type">Which of them: <see cref="RecordType"/>.</param>
/// <param name="TimeNs">Its time; 0 for what perf made up of tasks that were there before.</param>
/// <param name="Cpu">Its CPU, -1 where nothing tells.</param>
/// <param name="Tid">The new, the ending or the named task.</param>
/// <param name="ParentTid">Of FORK: the thread that forked. Else -1.</param>
/// <param name="Comm">Of COMM: number of the name in the ledger. Else 0.</param>
internal readonly record struct TaskRecord(uint Type, long TimeNs, int Cpu, int Tid, int ParentTid, int Comm);
