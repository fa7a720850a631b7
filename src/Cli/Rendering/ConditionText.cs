using System.Collections.Immutable;
using System.Globalization;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Cli.Rendering;

/// <summary>Under which conditions a replay was made that somebody asked for: a label and a value each, none for the defaults.</summary>
internal static class ConditionText
{
    public static ImmutableArray<(string Label, string Value)> Of(ReplayPlan plan)
    {
        ImmutableArray<(string, string)>.Builder conditions = ImmutableArray.CreateBuilder<(string, string)>();
        if (plan.Seed != 0)
            conditions.Add(("seed", plan.Seed.ToString(CultureInfo.InvariantCulture)));
        if (plan.Rcu.ToString() != RcuModel.Default.ToString())
            conditions.Add(("rcu model", plan.Rcu.ToString()));
        if (plan.Pins is { } pins)
            conditions.Add(("pins", $"{pins}: modelled"));
        if (!plan.NodeOfCpu.IsEmpty)
            conditions.Add(("topology", new MachineTopology(plan.NodeOfCpu, plan.CacheOfCpu).ToString()));
        if (plan.VfreeDelayNs != ReplayPlan.DefaultVfreeDelayNs)
            conditions.Add(("vfree delay", DurationText.Of(plan.VfreeDelayNs)));
        if (plan.WarmupNs > 0)
            conditions.Add(("warm-up", $"{DurationText.Of(plan.WarmupNs)} left out of all figures"));
        return conditions.ToImmutable();
    }
}
