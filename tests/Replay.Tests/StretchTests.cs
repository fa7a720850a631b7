using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Conformance;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>A trace that is replayed stretch by stretch gives the rows of one that is replayed whole.</summary>
public sealed class StretchTests
{
    private static readonly string[] s_policies =
    [
        "pages-rcu", "pages-early", "rcu-cache", "linux-4.9", "linux-5.18", "linux-4.9:capacity=0..16", "linux-6.19", "ttl", "linux-rt-4.9",
        "early-free", "rcu-deferred", "adaptive",
    ];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    public void Random_loads(int seed, int cpus) =>
        RequireWholeRows(SyntheticTrace.Random(seed, 20_000, cpus), new StretchLengths(8000, 4000, 8000), 1000);

    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    [InlineData("native-6.18/prefork.perf.data.zst")]
    [InlineData("vm-6.1/prefork.dat")]
    [InlineData("vm-6.1/pthread.dat")]
    [InlineData("native-6.18/fork.perf.data.zst")]
    [InlineData("native-6.18/shell.perf.data.zst")]
    public void Explore(string name)
    {
        EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(name));
        foreach (StretchLengths lengths in new[] { new StretchLengths(20_000, 10_000, 20_000), new StretchLengths(50_000, 10_000, 20_000) })
        {
            Dump.Ops(events, lengths, Replays.Plan(s_policies));
            string[] a = File.ReadAllLines("/tmp/opsa.txt"), b = [.. File.ReadAllLines("/tmp/opsb.txt").Where(line => line[0] != '-')];
            int missing = a.Except(b).Count(), added = b.Except(a).Count();
            File.AppendAllText("/tmp/explore.txt", $"{name} rows={events.Count} {lengths}: ops {a.Length} {b.Length} missing {missing} added {added}\n");
            File.Copy("/tmp/opsa.txt", $"/tmp/x-{Path.GetFileName(name)}-{lengths.Rows}.a", true);
            File.Copy("/tmp/opsb.txt", $"/tmp/x-{Path.GetFileName(name)}-{lengths.Rows}.b", true);
        }
    }

    private static void RequireWholeRows(EventTable events, StretchLengths lengths, int batchRows)
    {
        ReplayPlan plan = Replays.Plan(s_policies) with { Breakdown = true };
        ImmutableArray<CellResult> whole = ReplayEngine.Run(events, plan);
        using TraceStretches stretches = new(
            new TableStream(events, batchRows), events.Facts, plan.Conditions.Seed, plan.Conditions.Lifecycle, lengths);
        ImmutableArray<CellResult> rows = ReplayEngine.Run(stretches, events.Facts, plan)[0];
        Assert.Equal(whole.Length, rows.Length);
        for (int index = 0; index < whole.Length; index++)
        {
            if (RowDifference.Between(whole[index], rows[index]) is not null)
                Dump.Ops(events, lengths, plan);
            string? difference = RowDifference.Between(whole[index], rows[index]);
            Assert.True(difference is null, $"{whole[index].Policy} {string.Join(',', whole[index].Parameters)}: {difference}");
        }
    }
}

internal static class Dump
{
    public static string Ops(EventTable events, StretchLengths lengths, ReplayPlan plan)
    {
        var whole = ReplayEngine.Operations(events, plan);
        List<string> a = [];
        for (int i = 0; i < whole.Count; i++)
            a.Add($"{whole.TimesNs[i]} {whole.Kinds[i]} cpu{whole.Cpus[i]} {(whole.TaskIds[i] < 0 ? -1 : whole.NumberOf(whole.TaskIds[i]))} {whole.EvidenceOf[i]}");
        List<string> b = [];
        using TraceStretches stretches = new(new TableStream(events, 1000), events.Facts, plan.Conditions.Seed, plan.Conditions.Lifecycle, lengths);
        while (stretches.Next() is { } s)
        {
            b.Add("-- stretch");
            for (int i = 0; i < s.Operations.Count; i++)
                b.Add($"{s.Operations.TimesNs[i]} {s.Operations.Kinds[i]} cpu{s.Operations.Cpus[i]} {(s.Operations.TaskIds[i] < 0 ? -1 : s.Operations.NumberOf(s.Operations.TaskIds[i]))} {s.Operations.EvidenceOf[i]}");
        }
        File.WriteAllLines("/tmp/opsa.txt", a);
        File.WriteAllLines("/tmp/opsb.txt", b);
        return "";
    }
}
