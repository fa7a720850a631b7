namespace ForkTrace.TestKit.SlowRules;

/// <summary>One thread stack.</summary>
public sealed class SlowStack
{
    /// <summary>CPU that forked the task that has or had it; -1 if that was before the trace.</summary>
    public int ForkCpu { get; set; } = -1;

    /// <summary>True while it waits for an RCU callback of its own.</summary>
    public bool IsQueued { get; set; }

    /// <summary>True if it was cached when the period began and has been since.</summary>
    public bool HasLainSincePeriodBegan { get; set; }
}
