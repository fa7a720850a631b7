using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// Replays a plan over a recording that is still being made, and reports figures per interval of its clock. Memory does not grow with the
/// recording, apart from two bits per task. Intervals without events are not reported.
/// </summary>
public sealed class ReplayWatch : IDisposable
{
    // One window for the whole recording: figures per interval are reported, not stored.
    private const long OneWindowNs = long.MaxValue / 4;

    private readonly TraceStretches _stretches;
    private readonly ReplayPlan _plan;
    private readonly long _intervalNs;
    private ReplayPass? _pass;
    private ImmutableArray<CellStanding> _before = [];
    private long _firstNs;

    /// <param name="events">The recording; nothing may have been read yet. This object disposes it.</param>
    /// <param name="plan">The plan. It must start from empty caches, without breakdowns.</param>
    /// <param name="intervalNs">Length of an interval, ns of the recording's clock.</param>
    /// <exception cref="ArgumentException">A policy needs the whole recording.</exception>
    public ReplayWatch(EventStream events, ReplayPlan plan, long intervalNs)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(intervalNs);
        if (ReplayEngine.NeedOfWhole(plan) is { } need)
            throw new ArgumentException($"{need}: this needs the whole trace.", nameof(plan));
        _plan = plan with
        {
            Breakdown = false,
            Conditions = plan.Conditions with { Start = CacheStart.Empty, WindowNs = OneWindowNs, WarmupNs = 0 },
        };
        _intervalNs = intervalNs;
        _stretches = new TraceStretches(
            events, null, plan.Conditions.Seed, plan.Conditions.Lifecycle, StretchLengths.Live(intervalNs));
    }

    /// <summary>The facts known about the recording so far.</summary>
    public TraceFacts Facts => _stretches.Facts;

    /// <summary>Waits for the end of an interval that has events; null at the end of the recording.</summary>
    /// <exception cref="InvalidDataException">An event names a CPU that the recording did not announce.</exception>
    /// <exception cref="PolicyException">A policy of a plug-in threw.</exception>
    public ReplayInterval? Next()
    {
        while (_stretches.Next() is { } built)
        {
            TraceStretch stretch = TraceStretch.Of(built, hasTraits: false);
            if (_pass is null)
            {
                _pass = new ReplayPass(_stretches.Facts, stretch, _plan);
                _firstNs = built.Operations.FirstNs;
            }

            _pass.Replay(stretch);
            if (built.IntervalEndNs is { } endNs)
                return IntervalTo(endNs, _pass);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _stretches.Dispose();

    private ReplayInterval IntervalTo(long endNs, ReplayPass pass)
    {
        ImmutableArray<CellStanding> now = pass.Standings();
        ImmutableArray<IntervalCell> cells = [.. now.Select((cell, index) => IntervalCell.Of(_before.IsEmpty ? null : _before[index], cell))];
        _before = now;
        long fromNs = _firstNs + (Math.Max(0, endNs - _firstNs - 1) / _intervalNs * _intervalNs);
        return new ReplayInterval(_firstNs, fromNs, endNs, _stretches.Facts, pass.Evidence, cells);
    }
}
