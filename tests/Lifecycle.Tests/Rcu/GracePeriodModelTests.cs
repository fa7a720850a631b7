using ForkTrace.Lifecycle.Rcu;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Modelled grace periods for traces without RCU events, even if the trace seems very long.</summary>
public sealed class GracePeriodModelTests
{
    private const long HourNs = 3_600_000_000_000;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2 * HourNs)]
    [InlineData(5, long.MaxValue / 2)]
    [InlineData(-HourNs, long.MaxValue - (2 * HourNs))]
    public void A_callback_waits_for_one_to_two_periods_whenever_it_is_queued(long originNs, long queuedNs)
    {
        GracePeriodModel model = new(originNs, seed: 3), twin = new(originNs, seed: 3);
        _ = twin.InvocationNs(originNs + HourNs);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long stepNs = 0; stepNs < 60_000_000_000; stepNs += 777_777_777)
        {
            long ranNs = model.InvocationNs(queuedNs + stepNs);
            Assert.InRange(ranNs - queuedNs - stepNs, 4_000_000, 200_000_000);
            Assert.Equal(ranNs, twin.InvocationNs(queuedNs + stepNs));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Nothing_runs_after_the_end_of_time() => Assert.Equal(long.MaxValue, new GracePeriodModel(0, 1).InvocationNs(long.MaxValue - 1));
}
