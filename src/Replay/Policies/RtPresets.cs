namespace ForkTrace.Replay.Policies;

/// <summary>
/// PREEMPT_RT before 5.18: a cache of two stacks per CPU, as in mainline. It is filled only after RCU, because a task switch must not free
/// memory on PREEMPT_RT. So these kernels had the cache that was called useless in 2016. Since 5.16-rt, and in mainline since 5.18, RT
/// caches at the switch.
/// <para>
/// "kernel/sched: move stack + kprobe clean up to __put_task_struct()" (2016) is in the queues from 4.9-rt to 5.10-rt. Up to 5.0-rt,
/// "sched: Move task_struct cleanup to RCU" (2011) makes put_task_struct call __put_task_struct from a second RCU callback: two grace
/// periods. That patch is not in 5.10-rt; it is assumed that it was dropped when task_struct got its count of RCU users (5.4). "sched:
/// Delay task stack freeing on RT" (2021, 5.15-rt) releases the stack in delayed_put_task_struct itself: one grace period.
/// </para>
/// </summary>
internal static class RtPresets
{
    private const string Twice = "__put_task_struct by __put_task_struct_cb";

    /// <summary>In order of release.</summary>
    public static ImmutableArray<CachePreset> All { get; } =
    [
        new(
            "linux-rt-4.9",
            PolicyGroup.Release,
            "PREEMPT_RT: a per-CPU cache filled by the second of two RCU callbacks; overflow is vfree'd.",
            $"{Twice}, 4.9-rt to 4.11-rt")
        {
            Return = StackReturn.StructFree,
        },
        new(
            "linux-rt-4.12",
            PolicyGroup.Release,
            "Like linux-rt-4.9; the cache of a CPU that goes offline is emptied.",
            $"{Twice}, 4.13-rt to 4.16-rt; free_vm_stack_cache, kernel/fork.c, v4.12")
        {
            Return = StackReturn.StructFree,
            FlushesOffline = true,
        },
        new(
            "linux-rt-4.17",
            PolicyGroup.Release,
            "Like linux-rt-4.12; every hit clears 16 KiB.",
            $"{Twice}, 4.18-rt and 4.19-rt; memset in alloc_thread_stack_node, kernel/fork.c, v4.17")
        {
            Return = StackReturn.StructFree,
            FlushesOffline = true,
            Work = StackWork.ZeroOnHit | StackWork.ZeroOnMiss,
        },
        new(
            "linux-rt-4.20",
            PolicyGroup.Release,
            "Like linux-rt-4.17; every hit and miss is charged to a memory cgroup.",
            $"{Twice}, 5.0-rt to 5.3-rt; memcg_charge_kernel_stack, kernel/fork.c, v4.20")
        {
            Return = StackReturn.StructFree,
            FlushesOffline = true,
            Work = StackWork.Since420,
        },
        new(
            "linux-rt-5.10",
            PolicyGroup.Release,
            "PREEMPT_RT: like linux-rt-4.20, but filled by the first RCU callback: one grace period.",
            "__put_task_struct in delayed_put_task_struct, 5.4-rt to 5.14-rt; put_task_stack there, 5.15-rt")
        {
            Return = StackReturn.TaskFree,
            FlushesOffline = true,
            Work = StackWork.Since420,
        },
    ];
}
