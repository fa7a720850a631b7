namespace ForkTrace.Lifecycle.Conditions;

/// <summary>
/// A kind of reader of other tasks' stacks, as listed when stacks began to be freed early (A. Lutomirski, "thread_info cleanups and stack
/// caching", 2016). It pins the stack with try_get_task_stack and releases it with put_task_stack.
/// </summary>
/// <param name="Name">As in <c>--pins NAME=...</c>.</param>
/// <param name="Function">The kernel function that pins, and what calls it.</param>
/// <param name="Before">First kernel release in which it does not pin any more; null if it still does. All begin with 4.9.</param>
public sealed record PinReader(string Name, string Function, (int Major, int Minor)? Before)
{
    /// <summary>All kinds.</summary>
    public static ImmutableArray<PinReader> All { get; } =
    [
        new("stack", "save_stack_trace_tsk (stack_trace_save_tsk since 5.2), read of /proc/PID/stack", null),
        new("wchan", "get_wchan (__get_wchan since 5.16), read of /proc/PID/wchan, ps -o wchan", null),
        new("syscall", "collect_syscall (lib/syscall.c), read of /proc/PID/syscall", null),

        // Since 4.10 a kthread's struct kthread is kmalloc'ed and not on its stack (1da5c46fa965), so nothing is pinned.
        new("kthread-stop", "to_live_kthread, kthread_stop and kthread_park of a kernel thread", (4, 10)),
    ];

    /// <summary>Why a recording's kernel has no such pin; null if it has one, or if the kernel is unknown.</summary>
    public string? Misfit(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (KernelRelease.Parse(facts.Kernel) is not { } release)
            return null;
        if (!release.IsAtLeast(4, 9))
            return $"no reader pins stacks before 4.9, and {facts.Trace} is of {facts.Kernel}";
        return Before is { } before && release.IsAtLeast(before.Major, before.Minor)
            ? string.Create(CultureInfo.InvariantCulture, $"{Name} pins no stack since {before.Major}.{before.Minor}, and {facts.Trace} is of {facts.Kernel}")
            : null;
    }
}
