namespace ForkTrace.Lifecycle.Recording;

/// <summary>How much to record: each level has the events of the one before.</summary>
public enum RecordingLevel
{
    /// <summary>Births and deaths: enough to replay, with RCU modelled.</summary>
    Minimal,

    /// <summary>And the task_struct's allocation, its free, and where the kernel has the event the kernel's own cache misses.</summary>
    Standard,

    /// <summary>And RCU softirqs, and the kernel's own cache misses by a probe where there is no event for them.</summary>
    Truth,
}
