namespace ForkTrace.Lifecycle.Tasks;

/// <summary>What a fork shares with its parent, by its clone flags: that decides how long it takes apart from its stack.</summary>
public enum ForkKind
{
    /// <summary>CLONE_THREAD: pthread_create.</summary>
    Thread,

    /// <summary>CLONE_VM and CLONE_VFORK: vfork, posix_spawn.</summary>
    Vfork,

    /// <summary>No CLONE_VM: fork, which copies the address space.</summary>
    Process,

    /// <summary>The recording does not tell: a function_graph trace has no clone flags.</summary>
    Unknown,
}
