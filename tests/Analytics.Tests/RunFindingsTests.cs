using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests;

/// <summary>The database contains the engine's results, under all conditions.</summary>
public sealed class RunFindingsTests
{
    public static TheoryData<string, string, ulong> Conditions => new()
    {
        { "", "", 0 },
        { "", "", 5 },
        { "50%:5ms", "", 0 },
        { "", "gp=100ms,always", 0 },
        { "10%:1ms", "hz=1000,nocb=1,always", 9 },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Findings_are_those_of_the_engine(string pins, string rcu, ulong seed)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("vm-6.1/prefork.dat"));
        LifecycleConditions lifecycle = new()
        {
            Pins = pins.Length > 0 ? PinModel.Parse(pins) : null,
            Rcu = rcu.Length > 0 ? RcuModel.Parse(rcu) : RcuModel.Default,
        };
        ReplayPlan plan = ReplayPlan.Default.Under(one => one with { Lifecycle = lifecycle, Seed = seed });
        string[] found = [.. RunFindings.Of(events, plan).Results.Select(Figures)];
        Assert.Equal(ReplayEngine.Run(events, plan).Select(Figures), found);
        if (pins.Length > 0 || rcu.Length > 0)
            Assert.NotEqual(RunFindings.Of(events, ReplayPlan.Default.Under(one => one with { Seed = seed })).Results.Select(Figures), found);
    }

    // Without the cell's name, which contains the conditions even if they are not used.
    private static string Figures(CellResult result) => string.Join(
        '\n',
        result.Policy, result.Hits, result.Causes, result.Grade, result.Memory, result.QueuedForRcu,
        string.Join(',', result.Latency.Buckets()));
}
