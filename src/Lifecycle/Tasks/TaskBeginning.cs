namespace ForkTrace.Lifecycle.Tasks;

/// <summary>Where a task's stack was when the recording began.</summary>
public enum TaskBeginning : byte
{
    /// <summary>Not yet taken: the recording shows the fork.</summary>
    Forked = 0,

    /// <summary>Live: the task existed before.</summary>
    Existed = 1,

    /// <summary>The task was dead already; only its sched_process_free is seen.</summary>
    WasDead = 2,
}
