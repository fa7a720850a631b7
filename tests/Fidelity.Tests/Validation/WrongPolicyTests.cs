using ForkTrace.Events;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest;
using ForkTrace.Replay.Contract;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>Validation must detect wrong policies: a policy that the kernel does not use must agree less.</summary>
public sealed class WrongPolicyTests
{
    // In percentage points: several times the disagreement of the right policy on these recordings.
    [Theory]
    [InlineData("native-6.18/make.perf.data.zst", 15, 5)]
    [InlineData("native-6.18/prefork.perf.data.zst", 10, 5)]
    [InlineData("vm-6.1/pthread.dat", 5, 2)]
    [InlineData("vm-6.1/prefork.dat", 10, 5)]
    public void One_slot_and_three_agree_clearly_less_than_two(string recording, double oneSlotLess, double threeSlotsLess)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        double right = Agreement(events, "linux-5.18:capacity=2");
        Assert.True(right - Agreement(events, "linux-5.18:capacity=1") >= oneSlotLess, "one slot agrees as well");
        Assert.True(right - Agreement(events, "linux-5.18:capacity=3") >= threeSlotsLess, "three slots agree as well");
    }

    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    [InlineData("native-6.18/fork.perf.data.zst")]
    [InlineData("native-6.18/shell.perf.data.zst")]
    [InlineData("native-6.18/make.perf.data.zst")]
    [InlineData("native-6.18/prefork.perf.data.zst")]
    [InlineData("vm-6.1/pthread.dat")]
    [InlineData("vm-6.1/prefork.dat")]
    public void A_cache_that_rcu_feeds_is_told_from_early_release_everywhere(string recording)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        double right = Agreement(events, "linux-5.18:capacity=2");
        Assert.True(right - Agreement(events, "rcu-cache:capacity=2") >= 20, "the RCU-fed cache agrees as well");
    }

    private static double Agreement(EventTable events, string policy) =>
        100 * Validator.Validate(events, PolicySelection.Parse(policy), EvidenceLevel.Standard).Agreement;
}
