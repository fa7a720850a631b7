using System.Diagnostics.CodeAnalysis;

namespace ForkTrace.Ingest.Merge;

/// <summary>Makes one event table of a reader's streams: sorts where a clock stepped back, merges, identifies tasks, adds facts.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The columns are handed to the caller, who disposes of them.")]
internal sealed class TraceAssembler : IRunSink
{
    private readonly EventColumns _columns;
    private readonly List<TaskState> _tasks = [];
    private readonly List<TaskIdentity> _machines = [];
    private readonly CommInterner _comms = new();
    private readonly CgroupPaths _cgroups = new();

    private TraceAssembler(int rows) => _columns = new EventColumns(rows);

    /// <summary>Assembles the table and frees the streams' rows on the way.</summary>
    public static EventTable Assemble(DecodedTrace decoded, TraceInput input)
    {
        TraceFacts facts = decoded.Facts with { Trace = input.Name, SizeBytes = input.SizeBytes };
        return Assemble(decoded.Streams, facts, decoded.Skipped, () => input.Digest, decoded.Probes);
    }

    /// <summary>Assembles the table of streams, perhaps of several files. The digest is asked for last: it is computed meanwhile.</summary>
    internal static EventTable Assemble(
        IReadOnlyList<RawEventStream> streams,
        TraceFacts facts,
        ImmutableSortedDictionary<string, long> skipped,
        Func<string> digest,
        ProbeMap? probes = null)
    {
        IssueList issues = [.. facts.Issues];
        ClockUnits.Tell(facts, issues);
        SortByTime(streams, issues);
        long rows = streams.Sum(stream => stream.Rows);
        if (rows > Array.MaxLength)
            Reject.Unsupported($"the trace holds {rows} events to keep, more than {Array.MaxLength}: read a part of it");
        TraceAssembler assembler = new((int)rows);
        int machines = streams.Select(stream => stream.Machine).DefaultIfEmpty(0).Max() + 1;
        for (int machine = 0; machine < machines; machine++)
            assembler._machines.Add(new TaskIdentity(assembler._tasks));
        new StreamMerge(streams).ForEachRun(assembler);
        TaskAllocations allocations = TaskAllocations.Identify(
            assembler._columns, assembler._tasks.Count, streams.Select(stream => stream.TaskStructBytes).DefaultIfEmpty(0).Max());
        TraceFacts complete = assembler.FactsOf(streams, facts with { Digest = digest() }, skipped, allocations);
        complete = UntoldLosses.Add(streams, assembler._columns, complete, issues);
        if (probes is not null)
            issues.Add(probes.Issue(ProbeMap.Settle(assembler._columns, complete.Cpus)));
        assembler._columns.Complete(complete with { Issues = [.. issues] }, assembler._comms.ToTable());
        return assembler._columns;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void IRunSink.Add(RawEventStream stream, ReadOnlySpan<RawEvent> run)
    {
        int[] comms = stream.Comms.JointNumbers ??= new int[stream.Comms.Count];
        ushort cpu = (ushort)stream.Cpu;
        TaskIdentity identity = _machines[stream.Machine];
        foreach (ref readonly RawEvent row in run)
        {
            int comm = row.Comm == 0 ? 0 : comms[row.Comm];
            if (comm == 0 && row.Comm != 0)
                comms[row.Comm] = comm = _comms.InternFrom(stream.Comms, row.Comm);
            (int task, int other) = identity.Identify(row.Kind, row.Tid, row.OtherTid, row.Value);
            long value = row.Kind == EventKind.Cgroup ? _cgroups.Intern(stream.Cgroups[(int)row.Value]) : row.Value;
            _columns.Add(row.TimeNs, cpu, row.Kind, task, other, row.Tid, comm, value);
        }
    }

    /// <summary>Sorts the streams whose clock stepped back, and says so: a merge takes rows in order of time only.</summary>
    internal static void SortByTime(IReadOnlyList<RawEventStream> streams, IssueList issues)
    {
        foreach (RawEventStream stream in streams.Where(stream => stream.Inversions > 0))
        {
            string message = $"Times of CPU {stream.Cpu} step backwards; its events were sorted by time.";
            issues.Warn("clock_backwards", stream.Inversions, message);
            stream.SortByTime();
        }
    }

    private TraceFacts FactsOf(
        IReadOnlyList<RawEventStream> streams,
        TraceFacts facts,
        ImmutableSortedDictionary<string, long> skipped,
        TaskAllocations allocations)
    {
        long[] counts = new long[EventKinds.TableLength];
        foreach (RawEventStream stream in streams)
        {
            for (int kind = 0; kind < counts.Length; kind++)
                counts[kind] += stream.CountsByKind[kind];
        }

        if (allocations.OtherAllocations > 0)
        {
            counts[(int)EventKind.TaskAlloc] -= allocations.OtherAllocations;
            counts[(int)EventKind.None] += allocations.OtherAllocations;
            // By the name under which those of other sizes were counted.
            string name = skipped.ContainsKey("kmem_cache_alloc") ? "kmem_cache_alloc" : "kmem:kmem_cache_alloc";
            skipped = skipped.SetItem(name, skipped.GetValueOrDefault(name) + allocations.OtherAllocations);
        }

        int count = _columns.Count;
        return facts with
        {
            EventsTotal = counts.Sum() - counts[(int)EventKind.None] + skipped.Values.Sum(),
            EventsStored = count,
            EventsByKind = CountsByName(counts),
            EventsSkipped = skipped,
            FirstNs = count == 0 ? 0 : _columns.TimesNs[0],
            LastNs = count == 0 ? 0 : _columns.TimesNs[count - 1],
            Cpus = Math.Max(facts.Cpus, streams.Select(stream => stream.Cpu + 1).DefaultIfEmpty(0).Max()),
            Cgroups = _cgroups.ToTable(),
            Tasks = _tasks.Count,
            TaskStructBytes = allocations.TaskStructBytes,
        };
    }

    private static ImmutableSortedDictionary<string, long> CountsByName(long[] counts)
    {
        ImmutableSortedDictionary<string, long>.Builder byName =
            ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (EventKind kind in EventKinds.All)
        {
            if (counts[(int)kind] > 0)
                byName[EventKinds.Name(kind)] = counts[(int)kind];
        }

        return byName.ToImmutable();
    }
}
