namespace ForkTrace.Lifecycle.Rcu;

/// <summary>A grace period between positions of <see cref="SoftirqBursts"/>.</summary>
/// <param name="Begin">It began after the burst before this position, and before the burst at it.</param>
/// <param name="End">It ended after the burst before this position, and before the burst at it.</param>
/// <param name="Cpu">The CPU of rcu_gp_kthread when it began.</param>
internal readonly record struct GracePeriod(int Begin, int End, int Cpu)
{
    /// <summary>False for the default value: no grace period.</summary>
    public bool Exists => End > 0;

    /// <summary>True if a callback may wait for this grace period.</summary>
    /// <param name="cpu">The callback's CPU.</param>
    /// <param name="queued">How many bursts began before it was queued.</param>
    /// <param name="handed">Position of its CPU's first burst after that, which hands it to a grace period.</param>
    public bool Takes(int cpu, int queued, int handed) => TakesSurely(cpu, queued, handed) || (Cpu == cpu && Begin == queued);

    /// <summary>
    /// True if a callback waits for this grace period or for an earlier one. rcu_accelerate_cbs hands callbacks to the next grace period
    /// to begin: in the CPU's softirq, and when rcu_gp_kthread, on that CPU, cleans up after the one before (rcu_gp_cleanup).
    /// </summary>
    public bool TakesSurely(int cpu, int queued, int handed) => Begin > handed || (Cpu == cpu && Begin > queued);
}
