namespace ForkTrace.Lifecycle.Tasks;

/// <summary>Kinds of forks by clone flags (include/uapi/linux/sched.h).</summary>
public static class ForkKinds
{
    private const long CloneVm = 0x100;
    private const long CloneVfork = 0x4000;
    private const long CloneThread = 0x10000;

    /// <summary>The kind of a fork; null for other forks that share memory (kernel threads, io_uring workers).</summary>
    public static ForkKind? Of(long cloneFlags)
    {
        if ((cloneFlags & CloneThread) != 0)
            return ForkKind.Thread;
        if ((cloneFlags & CloneVm) == 0)
            return ForkKind.Process;
        return (cloneFlags & CloneVfork) != 0 ? ForkKind.Vfork : null;
    }

    /// <summary>The kind in lower case.</summary>
    public static string Name(ForkKind kind) => kind switch
    {
        ForkKind.Thread => "thread",
        ForkKind.Vfork => "vfork",
        ForkKind.Process => "process",
        _ => "any",
    };
}

/// <summary>What a fork shares with its parent, by its clone flags. Apart from the stack, this decides how long the fork takes.</summary>
public enum ForkKind
{
    /// <summary>CLONE_THREAD: pthread_create.</summary>
    Thread,

    /// <summary>CLONE_VM and CLONE_VFORK: vfork, posix_spawn.</summary>
    Vfork,

    /// <summary>No CLONE_VM: fork, which copies the address space.</summary>
    Process,

    /// <summary>Unknown: a function_graph trace has no clone flags.</summary>
    Unknown,
}
