using ForkTrace.Learning.Corpus;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Results;

namespace ForkTrace.Learning.Judging;

/// <summary>What a policy did on a recording, or on average over several.</summary>
/// <param name="StacksPerCpu">Stacks that it held on average, over time: cached, waiting for RCU, waiting for vfree.</param>
/// <param name="HitRate">Share of forks that found a stack, 0 to 1.</param>
internal readonly record struct Outcome(double StacksPerCpu, double HitRate)
{
    public static Outcome operator +(Outcome left, Outcome right) => new(left.StacksPerCpu + right.StacksPerCpu, left.HitRate + right.HitRate);

    public static Outcome operator *(double factor, Outcome outcome) => new(factor * outcome.StacksPerCpu, factor * outcome.HitRate);

    /// <summary>Replays a policy over a recording, from empty caches.</summary>
    public static Outcome Of(CorpusRecording recording, PolicySelection policy)
    {
        ReplayContext context = recording.Context;
        StackLedger ledger = PolicyReplay.Run(context, policy);
        MemoryUse memory = ledger.Close();
        if (ledger.Breaches > 0)
            throw new InvalidOperationException($"Policy {policy} lost stacks on {recording.Split.Recording}.");
        double meanBytes = memory.Cached.MeanBytes + memory.WaitingForRcu.MeanBytes + (memory.WaitingForVfree?.MeanBytes ?? 0);
        double stacks = meanBytes / policy.Policy.BytesOfStack(policy.Arguments, context.Machine);
        return new Outcome(stacks / context.Machine.Cpus, ledger.Allocations == 0 ? 0 : (double)ledger.Hits / ledger.Allocations);
    }

    /// <summary>The mean of some.</summary>
    public static Outcome Mean(IReadOnlyCollection<Outcome> outcomes) =>
        outcomes.Count == 0 ? default : (1.0 / outcomes.Count) * outcomes.Aggregate((left, right) => left + right);
}

/// <summary>A policy with all values of its parameters that tuning may choose from.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Choices">The values.</param>
internal sealed record PolicyFamily(string Name, ImmutableArray<PolicySelection> Choices)
{
    /// <summary>What the learned policy is held against.</summary>
    public static ImmutableArray<PolicyFamily> Baselines { get; } =
    [
        Of("fixed", "linux-5.18:capacity=0..6|8|10|12|16|20|24|32|48|64", "linux-4.12:capacity=0..6|8|10|12|16|20|24|32|48|64"),
        Of("adaptive", "adaptive:min=0|1|2|4|8,max=1|2|4|8|16|64,period_ms=1|10|100|1000"),
        Of("ttl", "ttl:capacity=1|2|4|8|16|64,period_ms=1|3|10|30|100|300|1000|3000"),
        Of("budget", "budget:capacity=1..4|6|8|12|16|32,period_ms=1|10|100|1000"),
        Of("refill", "refill:low=1|2|4,high=1|2|3|4|6|8|16|32"),
    ];

    public static PolicyFamily Of(string name, params string[] policies) => new(name, [.. policies.SelectMany(policy => PolicySelection.ParseAll(policy))]);

    /// <summary>The learned policy with each of some models.</summary>
    public static PolicyFamily OfModels(string name, IEnumerable<LearnedModel> models, bool mapsAhead) => new(
        name,
        [
            .. models.DistinctBy(model => model.Id)
                .Select(model => PolicySelection.Parse($"learned:ahead={(mapsAhead ? 1 : 0)}", [LearnedPolicy.EntryOf(model)])),
        ]);
}
