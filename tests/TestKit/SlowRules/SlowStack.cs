namespace ForkTrace.TestKit.SlowRules;

/// <summary>One thread stack.</summary>
public sealed class SlowStack
{
    /// <summary>CPU of the fork for which it was allocated; -1 if that was before the trace.</summary>
    public int ForkCpu { get; set; } = -1;

    /// <summary>True while it waits for its own RCU callback.</summary>
    public bool IsQueued { get; set; }

    /// <summary>True if it has been in the cache since the period began.</summary>
    public bool HasLainSincePeriodBegan { get; set; }
}
