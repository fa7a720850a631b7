namespace ForkTrace.Lifecycle.Rcu;

/// <summary>A grace period, bounded by positions in <see cref="SoftirqBursts"/>.</summary>
/// <param name="Begin">It began between the burst before this position and the burst at it.</param>
/// <param name="End">It ended between the burst before this position and the burst at it.</param>
/// <param name="Cpu">The CPU of rcu_gp_kthread when it began.</param>
internal readonly record struct GracePeriod(int Begin, int End, int Cpu)
{
    /// <summary>False for the default value: no grace period.</summary>
    public bool Exists => End > 0;

    /// <summary>True if a callback may be waiting for this grace period.</summary>
    /// <param name="cpu">The callback's CPU.</param>
    /// <param name="queued">Number of bursts that began before it was queued.</param>
    /// <param name="handed">Position of its CPU's first burst after that, which assigns it to a grace period.</param>
    public bool Takes(int cpu, int queued, int handed) => TakesSurely(cpu, queued, handed) || (Cpu == cpu && Begin == queued);

    /// <summary>
    /// True if a callback waits for this grace period or for an earlier one. rcu_accelerate_cbs assigns callbacks to the next grace period
    /// to begin. It is called in the CPU's softirq, and by rcu_gp_kthread for the CPU it runs on, when it cleans up after the grace period
    /// before (rcu_gp_cleanup).
    /// </summary>
    public bool TakesSurely(int cpu, int queued, int handed) => Begin > handed || (Cpu == cpu && Begin > queued);
}
