namespace ForkTrace.Replay.Policies;

/// <summary>When a dead task's stack is offered to a cache. Members are constants of the type, so that the JIT removes dead
/// branches.</summary>
internal interface IReturnPath
{
    /// <summary>When it is offered for the first time.</summary>
    static abstract StackReturn Return { get; }

    /// <summary>True if an RCU callback offers a stack again that found no room.</summary>
    static virtual bool HasSecondChance => false;
}

/// <summary>At the final switch; without room the stack goes back to the system (free_thread_stack, 4.9 to 5.17).</summary>
internal readonly struct AtFinalSwitch : IReturnPath
{
    public static StackReturn Return => StackReturn.FinalSwitch;
}

/// <summary>At the final switch; without room again by a callback of its own (thread_stack_delayed_free, since 5.18).</summary>
internal readonly struct AtFinalSwitchAndCallback : IReturnPath
{
    public static StackReturn Return => StackReturn.FinalSwitch;

    public static bool HasSecondChance => true;
}

/// <summary>By a callback that is queued at the final switch.</summary>
internal readonly struct AtOwnCallback : IReturnPath
{
    public static StackReturn Return => StackReturn.OwnCallback;
}

/// <summary>With the task_struct, by the callback that frees it (delayed_put_task_struct).</summary>
internal readonly struct AtTaskFree : IReturnPath
{
    public static StackReturn Return => StackReturn.TaskFree;
}

/// <summary>With the task_struct, by a callback that the first one queues (__put_task_struct_cb of PREEMPT_RT; since 6.17 everywhere).</summary>
internal readonly struct AtStructFree : IReturnPath
{
    public static StackReturn Return => StackReturn.StructFree;
}
