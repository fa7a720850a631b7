namespace ForkTrace.Replay.Policies;

/// <summary>The policies that differ only in when a stack returns, to which cache, what happens to overflow, and prices.</summary>
internal readonly struct CachePresets : IPolicyPresets
{
    // The names are those of the discussion of 2016: J. Corbet, Virtually mapped kernel stacks, LWN, June 2016.
    private const string Words = "the discussion of 2016 (LWN, Virtually mapped kernel stacks)";

    private static readonly ImmutableArray<CachePreset> s_releases =
    [
        new(
            "pages-rcu",
            PolicyGroup.Release,
            "Order-2 pages, freed with the task_struct after an RCU grace period.",
            "free_task, kernel/fork.c, up to v4.8")
        {
            Return = StackReturn.TaskFree,
            Cache = null,
            TakesPages = true,
        },
        new(
            "pages-early",
            PolicyGroup.Release,
            "Order-2 pages, freed at the final switch away from the task.",
            "put_task_stack in finish_task_switch, v4.9 to v5.17, CONFIG_VMAP_STACK=n")
        {
            Cache = null,
            TakesPages = true,
        },
        new(
            "pages-call-rcu",
            PolicyGroup.Release,
            "Order-2 pages, freed by an RCU callback queued at the final switch.",
            "thread_stack_free_rcu, kernel/fork.c, v5.18 (e540bf3162e8), CONFIG_VMAP_STACK=n")
        {
            Return = StackReturn.OwnCallback,
            Cache = null,
            TakesPages = true,
            Work = StackWork.ZeroOnMiss | StackWork.ChargeMemcg,
        },
        new(
            "linux-4.9",
            PolicyGroup.Release,
            "A per-CPU cache filled at the final switch; overflow is vfree'd.",
            "alloc_thread_stack_node, free_thread_stack, kernel/fork.c, v4.9"),
        new(
            "linux-4.10",
            PolicyGroup.Release,
            "Like linux-4.9; overflow goes to a workqueue that vfrees it.",
            "free_thread_stack (vfree_atomic), kernel/fork.c, v4.10")
        {
            Overflow = CacheOverflow.LaterVfree,
        },
        new(
            "linux-4.12",
            PolicyGroup.Release,
            "Like linux-4.10; the cache of a CPU that goes offline is emptied.",
            "free_vm_stack_cache (cpuhp state fork:vm_stack_cache), kernel/fork.c, v4.12")
        {
            Overflow = CacheOverflow.LaterVfree,
            FlushesOffline = true,
        },
        new(
            "linux-4.17",
            PolicyGroup.Release,
            "Like linux-4.10; every hit clears 16 KiB.",
            "alloc_thread_stack_node (memset), kernel/fork.c, v4.17 (e01e80634ecd)")
        {
            Overflow = CacheOverflow.LaterVfree,
            FlushesOffline = true,
            Work = StackWork.ZeroOnHit | StackWork.ZeroOnMiss,
        },
        new(
            "linux-4.20",
            PolicyGroup.Release,
            "Like linux-4.17; every hit and miss is charged to a memory cgroup.",
            "memcg_charge_kernel_stack, kernel/fork.c, v4.20 (9b6f7e163cd0)")
        {
            Overflow = CacheOverflow.LaterVfree,
            FlushesOffline = true,
            Work = StackWork.Since420,
        },
        .. RtPresets.All,
        new(
            "linux-5.18",
            PolicyGroup.Release,
            "A per-CPU cache filled at the final switch; overflow gets a second chance after a grace period.",
            "thread_stack_delayed_free, thread_stack_free_rcu, kernel/fork.c, v5.18 (e540bf3162e8)")
        {
            Overflow = CacheOverflow.SecondChance,
            FlushesOffline = true,
            FreesUncharged = true,
            Work = StackWork.Since420,
        },
        .. OtherStacks.All,
    ];

    private static readonly ImmutableArray<CachePreset> s_story =
    [
        new(
            "vmap-nocache-rcu",
            PolicyGroup.Story2016,
            "Every stack is vmalloc'ed, and vfree'd with the task_struct after a grace period; no cache.",
            "Lutomirski, virtually mapped stacks, first series, 2016 (in no release)")
        {
            Return = StackReturn.TaskFree,
            Cache = null,
        },
        new(
            "vmap-nocache-early",
            PolicyGroup.Story2016,
            "Every stack is vmalloc'ed, and vfree'd at the final switch; no cache.",
            "free_thread_stack, kernel/fork.c, v4.9, with NR_CACHED_STACKS 0")
        {
            Cache = null,
        },
        new(
            "rcu-cache",
            PolicyGroup.Story2016,
            "A per-CPU cache filled by the RCU callback that frees the task; called useless in 2016.",
            "Lutomirski 2016 (in no release of mainline; linux-rt-5.10 is the variant of PREEMPT_RT)")
        {
            Return = StackReturn.TaskFree,
        },
    ];

    private static readonly ImmutableArray<CachePreset> s_others =
    [
        new("no-cache", PolicyGroup.Bound, "Lower bound: nothing is cached.", "none: a bound")
        {
            Cache = null,
        },

        // A cache of a single CPU cannot hit more often.
        new("unbounded", PolicyGroup.Bound, "Upper bound for per-CPU caches: no stack is ever dropped.", "none: a bound")
        {
            IsBoundless = true,
            Work = StackWork.Since420,
        },

        // All stacks are alike and any fork may take any of them, so the optimum is to keep a stack whenever there is room: a pool that has
        // more stacks at one moment never has fewer later. No policy with this memory hits more often.
        new("global-pool", PolicyGroup.Bound, "Upper bound for a given memory budget: one pool for all CPUs.", "none: a bound")
        {
            Cache = StackReach.Machine,
            Work = StackWork.Since420,
        },
        new("llc-shared", PolicyGroup.Idea, "One cache for the CPUs of a last-level cache; overflow is vfree'd.", "none: an idea")
        {
            Cache = StackReach.LastLevelCache,
            Overflow = CacheOverflow.LaterVfree,
            Work = StackWork.Since420,
        },

        // A stack goes to the CPU where its task dies, so its pages may be on another node, as in kernels before 6.19.
        new("node-shared", PolicyGroup.Idea, "One cache for the CPUs of a memory node; overflow is vfree'd.", "none: an idea")
        {
            Cache = StackReach.Node,
            Overflow = CacheOverflow.LaterVfree,
            Work = StackWork.Since420,
        },

        // The cost of the remote access is not counted.
        new("parent-return", PolicyGroup.Idea, "A per-CPU cache; stacks return to the CPU that forked; overflow is vfree'd.", "none: an idea")
        {
            Cache = StackReach.ForkingCpu,
            Overflow = CacheOverflow.LaterVfree,
            FlushesOffline = true,
            Work = StackWork.Since420,
        },

        // No cached stack contains old data, and no fork waits for the clearing.
        new(
            "zero-on-free",
            PolicyGroup.Idea,
            "Like linux-5.18; stacks are cleared before they are cached, not when they are taken.",
            "thread_stack_free_rcu, kernel/fork.c, v5.18, with the memset of alloc_thread_stack_node moved there (in no release)")
        {
            Overflow = CacheOverflow.SecondChance,
            FlushesOffline = true,
            FreesUncharged = true,
            Work = StackWork.ZeroOnRelease | StackWork.ZeroOnMiss | StackWork.ChargeMemcg,
        },
    ];

    public static ImmutableArray<PolicyEntry> Entries { get; } =
    [
        .. s_releases.Select(preset => preset.Entry()),
        .. s_story.Select(preset => preset.Entry()),
        .. s_others.Select(preset => preset.Entry()),
        Named("rcu-cache").Alias(
            "rcu-deferred", PolicyGroup.Story2016, "Another name for rcu-cache; with capacity=0, for vmap-nocache-rcu.", Words),
        Named("linux-4.9").Alias(
            "early-free", PolicyGroup.Story2016, "Another name for linux-4.9; with capacity=0, for vmap-nocache-early.", Words),
    ];

    private static CachePreset Named(string name) => s_releases.Concat(s_story).Single(preset => preset.Name == name);
}
