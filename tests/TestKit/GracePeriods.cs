using ForkTrace.Events;
using ForkTrace.Lifecycle.Rcu;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.TestKit;

/// <summary>The grace periods of a trace from <see cref="GracePeriodSearch"/> and from its slow twin, as begin, end and CPU.</summary>
public sealed class GracePeriods
{
    private readonly SoftirqBursts _bursts;
    private readonly RcuObservations _observed;
    private readonly TaskLives _lives;

    public GracePeriods(EventTable events)
    {
        _lives = TaskLives.Of(events);
        _bursts = new SoftirqBursts(events, _lives.Gaps);
        _observed = new RcuObservations(_bursts, new FreedTasks(events, _lives, new Reaping(events, _lives), _bursts), _lives);
    }

    /// <summary>Number of softirq bursts in the trace.</summary>
    public int Bursts => _bursts.InOrder.Length;

    public IReadOnlyList<(int Begin, int End, int Cpu)> Find() => Plain(GracePeriodSearch.Run(_bursts, _observed));

    public IReadOnlyList<(int Begin, int End, int Cpu)> FindSlowly() => Plain(SlowGracePeriodSearch.Run(_bursts, _observed, _lives));

    private static (int Begin, int End, int Cpu)[] Plain(List<GracePeriod> periods) =>
        [.. periods.Select(period => (period.Begin, period.End, period.Cpu))];
}
