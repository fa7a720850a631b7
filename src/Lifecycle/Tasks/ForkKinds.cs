namespace ForkTrace.Lifecycle.Tasks;

/// <summary>Kinds of forks by clone flags (include/uapi/linux/sched.h).</summary>
public static class ForkKinds
{
    private const long CloneVm = 0x100;
    private const long CloneVfork = 0x4000;
    private const long CloneThread = 0x10000;

    /// <summary>The kind of a fork; null for others that share memory (kernel threads, io_uring workers).</summary>
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
