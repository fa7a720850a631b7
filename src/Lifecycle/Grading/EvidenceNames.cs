namespace ForkTrace.Lifecycle.Grading;

/// <summary>Operations and evidence as users read them, in text, JSON and SQL.</summary>
public static class EvidenceNames
{
    /// <summary><c>allocate</c>, <c>release</c>, <c>stack_callback</c>, <c>task_free</c>, <c>cpu_offline</c>, <c>lost_events</c>.</summary>
    public static string Of(StackOperationKind operation) => operation switch
    {
        StackOperationKind.Allocate => "allocate",
        StackOperationKind.Release => "release",
        StackOperationKind.StackCallback => "stack_callback",
        StackOperationKind.TaskFree => "task_free",
        StackOperationKind.CpuOffline => "cpu_offline",
        _ => "lost_events",
    };

    /// <summary><c>observed</c>, <c>inferred</c>, <c>modelled</c>; <c>unknown</c> for none.</summary>
    public static string Of(Evidence? evidence) => evidence switch
    {
        Evidence.Observed => "observed",
        Evidence.Inferred => "inferred",
        Evidence.Modelled => "modelled",
        _ => "unknown",
    };
}
