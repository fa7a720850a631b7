using System.Collections.Immutable;
using ForkTrace.Events;

namespace ForkTrace.Analytics.Tests.Fixtures;

/// <summary>
/// A recording of 300 short tasks on two CPUs. Each task is forked, exits 40 us later, and its RCU callback runs 12 ms after that. The
/// recording has all events, so every policy can be replayed.
/// </summary>
internal static class SmallTrace
{
    public const int Tasks = 300;

    public static EventColumns Read(string digest = "xxh128:5ma11")
    {
        List<(long TimeNs, ushort Cpu, EventKind Kind, int Task)> rows = [];
        for (int task = 0; task < Tasks; task++)
        {
            long bornNs = 1_000_000 + (task * 150_000L);
            ushort cpu = (ushort)(task % 2);
            rows.Add((bornNs, cpu, EventKind.NewTask, task));
            rows.Add((bornNs + 30_000, cpu, EventKind.Exit, task));
            rows.Add((bornNs + 40_000, cpu, EventKind.DeathSwitch, task));
            rows.Add((bornNs + 12_000_000, cpu, EventKind.Free, task));
        }

        EventColumns events = new(rows.Count);
        foreach ((long timeNs, ushort cpu, EventKind kind, int task) in rows.OrderBy(row => row.TimeNs))
            events.Add(timeNs, cpu, kind, task, -1, 1000 + task, 1, kind == EventKind.DeathSwitch ? 16 : 0);
        events.Complete(FactsOf(events, digest), new CommTable(["", "worker"]));
        return events;
    }

    private static TraceFacts FactsOf(EventColumns events, string digest) => new()
    {
        Trace = "small.perf.data",
        Format = "perf.data",
        Digest = digest,
        SizeBytes = 12_345,
        Kernel = "6.18.5",
        Machine = "x86_64",
        Clock = "mono",
        WallClockOffsetNs = 1_790_000_000_000_000_000,
        Cpus = 2,
        CpuNodes = [0, 0],
        FirstNs = events.TimesNs[0],
        LastNs = events.TimesNs[^1],
        EventsTotal = events.Count + 7,
        EventsStored = events.Count,
        EventsByKind = ImmutableSortedDictionary<string, long>.Empty
            .Add("newtask", Tasks).Add("exit", Tasks).Add("death_switch", Tasks).Add("free", Tasks),
        EventsSkipped = ImmutableSortedDictionary<string, long>.Empty.Add("sched:sched_stat_runtime", 7),
        Issues = [new ImportIssue(IssueSeverity.Information, "skipped_events", "7 events play no part.", 7)],
        Tasks = Tasks,
    };
}
