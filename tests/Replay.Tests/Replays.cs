using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Tests;

/// <summary>Short ways to replay one policy.</summary>
internal static class Replays
{
    public static CellResult Of(EventTable events, string policy, ulong seed = 0, int threads = 1) =>
        ReplayEngine.Run(
            events,
            new ReplayPlan
            {
                Policies = [PolicySelection.Parse(policy)],
                Costs = CostModelCatalog.Load(CostModelCatalog.Default),
                Seed = seed,
                Threads = threads,
            })[0];
}
