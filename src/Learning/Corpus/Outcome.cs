using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Results;

namespace ForkTrace.Learning.Corpus;

/// <summary>What a policy did on a recording, or on average over several.</summary>
/// <param name="Memory">
/// The number of stacks that it held on average over time (cached, waiting for RCU, waiting for vfree), divided by the number that the
/// kernel's own cache would have held on the same recording.
/// </param>
/// <param name="HitRate">Share of forks that found a stack, 0 to 1.</param>
internal readonly record struct Outcome(double Memory, double HitRate)
{
    /// <summary>The policy whose memory is 1: the cache of kernels since 5.18.</summary>
    public static PolicySelection Kernel { get; } = PolicySelection.Parse("linux-5.18:capacity=2");

    public static Outcome operator +(Outcome left, Outcome right) => new(left.Memory + right.Memory, left.HitRate + right.HitRate);

    public static Outcome operator *(double factor, Outcome outcome) => new(factor * outcome.Memory, factor * outcome.HitRate);

    /// <summary>Replays a policy over a recording, starting with empty caches.</summary>
    public static Outcome Of(CorpusRecording recording, PolicySelection policy)
    {
        (double stacks, double hitRate) = Replay(recording.Context, policy);
        return new Outcome(stacks / recording.MemoryUnit, hitRate);
    }

    /// <summary>The number of stacks that a policy holds on average, and its hit rate.</summary>
    /// <exception cref="InvalidOperationException">The policy broke conservation.</exception>
    public static (double Stacks, double HitRate) Replay(ReplayContext context, PolicySelection policy)
    {
        StackLedger ledger = PolicyReplay.Run(context, policy);
        MemoryUse memory = ledger.Close();
        if (ledger.Breaches > 0)
            throw new InvalidOperationException($"Policy {policy} lost or invented {ledger.Breaches} stacks.");
        double meanBytes = memory.Cached.MeanBytes + memory.WaitingForRcu.MeanBytes + (memory.WaitingForVfree?.MeanBytes ?? 0);
        double stacks = meanBytes / policy.Policy.BytesOfStack(policy.Arguments, context.Machine);
        return (stacks, ledger.Allocations == 0 ? 0 : (double)ledger.Hits / ledger.Allocations);
    }

    /// <summary>The mean of several outcomes.</summary>
    public static Outcome Mean(IReadOnlyCollection<Outcome> outcomes) =>
        outcomes.Count == 0 ? default : (1.0 / outcomes.Count) * outcomes.Aggregate((left, right) => left + right);
}
