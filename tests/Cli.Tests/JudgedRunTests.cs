using ForkTrace.Analytics;
using ForkTrace.Cli.Commands;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>What a recording says about its own kernel is the same whether it is read at once or stretch by stretch.</summary>
public sealed class JudgedRunTests
{
    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst", true)]
    [InlineData("native-6.18/pthread.perf.data.zst", false)]
    [InlineData("native-6.18/fork.perf.data.zst", true)]
    [InlineData("vm-6.1/pthread.dat", false)]
    public void Stretch_by_stretch_it_is_the_same(string name, bool namesOwn)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(name));
        ReplayPlan plan = Replays.Plan(namesOwn ? ["linux", "linux-5.18"] : ["linux-5.18:capacity=1..4"]);
        RunFindings whole = JudgedRun.Of(events, plan);
        Assert.NotNull(whole.Own?.Measured);
        Assert.NotEmpty(whole.ForkTimes);
        foreach (int batchRows in new[] { 1, 1000 })
        {
            using TableStream stream = new(events, batchRows);
            RunFindings stretched = JudgedRun.OfLong(stream, plan, isKept: true, new StretchLengths(20_000, 10_000, 20_000));
            Assert.Equal(whole.Own.Measured, stretched.Own?.Measured);
            Assert.Equal(whole.Results.Select(row => row.Measured), stretched.Results.Select(row => row.Measured));
            Assert.Equal(whole.ForkTimes.Select(Figures), stretched.ForkTimes.Select(Figures));
        }
    }

    private static (string, string, string, long, double, double, double?) Figures(ForkLatency latency) =>
        (latency.Measure, latency.Kind, latency.Outcome, latency.Times.Count, latency.Times.MeanNs, latency.Times.QuantileNs(0.99), latency.CopyShare);
}
