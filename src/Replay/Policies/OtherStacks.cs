namespace ForkTrace.Replay.Policies;

/// <summary>
/// Stacks that are neither vmalloc'ed nor order-2 thread stacks: shadow call stacks, which a task has in addition to its thread stack, and
/// thread stacks smaller than a page, which come from a slab cache. Cost models are measured on thread stacks, so they have no prices for
/// these.
/// </summary>
internal static class OtherStacks
{
    private const StackWork Zeroes = StackWork.ZeroOnHit | StackWork.ZeroOnMiss;
    private const string ScsSource = "scs_alloc, scs_free, kernel/scs.c (scs_release in free_task)";

    /// <summary>In the order in which lists show them.</summary>
    public static ImmutableArray<CachePreset> All { get; } =
    [
        new(
            "scs",
            PolicyGroup.Release,
            "Shadow call stacks of one page: a per-CPU cache filled by the RCU callback that frees the task.",
            $"{ScsSource}, v5.11 to v6.16, CONFIG_SHADOW_CALL_STACK=y")
        {
            Return = StackReturn.TaskFree,
            FlushesOffline = true,
            Work = Zeroes,
            IsOnePage = true,
        },
        new(
            "scs-6.17",
            PolicyGroup.Release,
            "Like scs, filled by a second RCU callback: after two grace periods.",
            $"{ScsSource}, by __put_task_struct_rcu_cb, v6.17, CONFIG_SHADOW_CALL_STACK=y")
        {
            Return = StackReturn.StructFree,
            FlushesOffline = true,
            Work = Zeroes,
            IsOnePage = true,
        },
        new(
            "slab-rcu",
            PolicyGroup.Release,
            "Stacks smaller than a page, from a slab cache; freed with the task_struct after a grace period.",
            "free_task, thread_stack_cache, kernel/fork.c, up to v4.8, THREAD_SIZE < PAGE_SIZE")
        {
            Return = StackReturn.TaskFree,
            Cache = null,
            TakesPages = true,
        },
        new(
            "slab-early",
            PolicyGroup.Release,
            "Stacks smaller than a page, from a slab cache; freed at the final switch away from the task.",
            "free_thread_stack (kmem_cache_free), kernel/fork.c, v4.9 to v5.17, THREAD_SIZE < PAGE_SIZE, CONFIG_VMAP_STACK=n")
        {
            Cache = null,
            TakesPages = true,
        },
        new(
            "slab-call-rcu",
            PolicyGroup.Release,
            "Stacks smaller than a page, from a slab cache; freed by an RCU callback queued at the final switch.",
            "thread_stack_free_rcu (kmem_cache_free), kernel/fork.c, v5.18, THREAD_SIZE < PAGE_SIZE, CONFIG_VMAP_STACK=n")
        {
            Return = StackReturn.OwnCallback,
            Cache = null,
            TakesPages = true,
            Work = StackWork.ZeroOnMiss | StackWork.ChargeMemcg,
        },
    ];

    // SCS_SIZE, include/linux/scs.h: one page since v5.11; here a page has 4 KiB.
}
