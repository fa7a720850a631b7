using System.Collections.Immutable;
using ForkTrace.Events;

namespace ForkTrace.Analytics.Tests.Fixtures;

/// <summary>
/// A recording with data for every part of a page: 131 task names, one of them hostile; tasks that die on other CPUs; a burst in the
/// middle; callbacks in batches.
/// </summary>
internal static class BusyTrace
{
    public const int Tasks = 900;
    public const int Names = 131;

    public static EventColumns Read(string hostileName, int cpus = 3)
    {
        List<(long TimeNs, ushort Cpu, EventKind Kind, int Task, int Comm)> rows = [];
        for (int task = 0; task < Tasks; task++)
        {
            // Tasks 400 to 599 are created ten times as fast.
            long bornNs = (Math.Min(task, 400) * 100_000L)
                + (Math.Clamp(task - 400, 0, 200) * 10_000L) + (Math.Max(0, task - 600) * 100_000L);
            ushort cpu = (ushort)(task % cpus);
            ushort deathCpu = (ushort)(task % 5 == 0 ? (cpu + 1) % cpus : cpu);
            int comm = task % 3 == 0 ? 1 : task % 7 == 0 ? 0 : 2 + (task % (Names - 1));
            long deadNs = bornNs + 40_000 + (task % 11 * 30_000);
            rows.Add((bornNs, cpu, EventKind.NewTask, task, comm));
            rows.Add((deadNs - 5_000, deathCpu, EventKind.Exit, task, comm));
            rows.Add((deadNs, deathCpu, EventKind.DeathSwitch, task, comm));
            rows.Add(((((deadNs / 4_000_000) + 2) * 4_000_000) + task, deathCpu, EventKind.Free, task, comm));
        }

        EventColumns events = new(rows.Count);
        foreach ((long timeNs, ushort cpu, EventKind kind, int task, int comm) in rows.OrderBy(row => row.TimeNs))
            events.Add(timeNs, cpu, kind, task, -1, 1000 + task, comm, kind == EventKind.DeathSwitch ? 16 : 0);
        ImmutableArray<string> names = ["", hostileName, .. Enumerable.Range(0, Names - 1).Select(name => $"worker/{(char)('a' + (name / 26))}{(char)('a' + (name % 26))}")];
        events.Complete(FactsOf(events, cpus), new CommTable(names));
        return events;
    }

    private static TraceFacts FactsOf(EventColumns events, int cpus) => new()
    {
        Trace = "busy.perf.data",
        Format = "perf.data",
        Digest = $"b0{cpus}",
        SizeBytes = 54_321,
        Kernel = "6.18.5",
        Machine = "x86_64",
        Clock = "mono",
        Cpus = cpus,
        FirstNs = events.TimesNs[0],
        LastNs = events.TimesNs[^1],
        EventsTotal = events.Count,
        EventsStored = events.Count,
        EventsByKind = ImmutableSortedDictionary<string, long>.Empty
            .Add("newtask", Tasks).Add("exit", Tasks).Add("death_switch", Tasks).Add("free", Tasks),
        Tasks = Tasks,
    };
}
