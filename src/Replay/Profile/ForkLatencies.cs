using System.Runtime.InteropServices;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Replay.Profile;

/// <summary>Collects how long the forks of a recording took, batch by batch.</summary>
public sealed class ForkLatencies
{
    private readonly ForkTimes? _times;
    private readonly Dictionary<(bool IsCall, ForkKind? Kind, bool? WasHit), Group> _groups = [];

    /// <param name="facts">The complete facts about the recording.</param>
    /// <param name="truth">What its kernel did. It must read each row before this object does.</param>
    public ForkLatencies(TraceFacts facts, GroundTruth truth)
    {
        ArgumentNullException.ThrowIfNull(facts);
        _times = facts.ClockUnit == "ns" ? new ForkTimes(facts, truth) : null;
    }

    /// <summary>Measures the next rows.</summary>
    public void Add(EventTable rows)
    {
        if (_times is null)
            return;
        _times.Add(rows);
        Add(isCall: false, _times.Copies);
        Add(isCall: true, _times.Calls);
        _times.Clear();
    }

    /// <summary>By measure, kind and outcome, in ordinal order; empty if the events do not measure forks.</summary>
    public ImmutableArray<ForkLatency> Result() =>
    [
        .. _groups
            .Select(group => new ForkLatency(
                group.Key.IsCall ? "system_call" : "copy_process", TaskKinds.NameOf(group.Key.Kind), OutcomeOf(group.Key.WasHit), group.Value.Times)
            {
                CopyShare = group.Value.CallNs > 0 ? group.Value.CopyNs / group.Value.CallNs : null,
            })
            .OrderBy(latency => latency.Measure, StringComparer.Ordinal)
            .ThenBy(latency => latency.Kind, StringComparer.Ordinal)
            .ThenBy(latency => latency.Outcome, StringComparer.Ordinal),
    ];

    private void Add(bool isCall, IReadOnlyList<ForkTime> times)
    {
        foreach (ForkTime time in times)
        {
            ref Group? group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, (isCall, time.Kind, time.WasHit), out _);
            group ??= new Group();
            group.Times.Record(time.DurationNs);
            if (time.CopyNs < 0)
                continue;
            group.CallNs += time.DurationNs;
            group.CopyNs += time.CopyNs;
        }
    }

    private static string OutcomeOf(bool? wasHit) => wasHit switch
    {
        true => "hit",
        false => "miss",
        null => "unknown",
    };

    private sealed class Group
    {
        public LatencyHistogram Times { get; } = new();

        public double CallNs { get; set; }

        public double CopyNs { get; set; }
    }
}
