using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Ledger;

namespace ForkTrace.TestKit.SlowRules;

/// <summary>A simple implementation of a policy, with lists. The key of a cache is a CPU, a group of CPUs, or one for all.</summary>
public abstract class SlowRule
{
    private readonly Dictionary<int, List<SlowStack>> _caches = [];

    public int Freed { get; private set; }

    public int PeakCached { get; private set; }

    public int Cached => _caches.Values.Sum(cache => cache.Count);

    /// <summary>The rule of a policy.</summary>
    public static SlowRule Of(string policy, IReadOnlyDictionary<string, long> arguments, MachineShape machine)
    {
        int capacity = (int)arguments.GetValueOrDefault("capacity");
        return policy switch
        {
            "pages-rcu" or "slab-rcu" or "vmap-nocache-rcu" => new SlowCaches(capacity: 0),
            "pages-early" or "slab-early" or "vmap-nocache-early" or "no-cache" => new SlowCaches(capacity: 0),
            "pages-call-rcu" or "slab-call-rcu" => new SlowCaches(capacity: 0) { HasSecondChance = true },
            "rcu-cache" or "linux-4.9" or "linux-4.10" or "linux-rt-4.9" => new SlowCaches(capacity),
            "linux-4.12" or "linux-4.17" or "linux-4.20" => new SlowCaches(capacity) { EmptiesOffline = true },
            "linux-rt-4.12" or "linux-rt-4.17" or "linux-rt-4.20" or "linux-rt-5.10" or "scs" or "scs-6.17" =>
                new SlowCaches(capacity) { EmptiesOffline = true },
            "linux-5.18" or "zero-on-free" or "dynamic-4k" => new SlowCaches(capacity) { HasSecondChance = true, EmptiesOffline = true },
            "linux-6.19" => new SlowCaches(capacity) { HasSecondChance = true, EmptiesOffline = true, NodeOf = cpu => machine.NodeOfCpu[cpu] },
            "unbounded" => new SlowCaches(int.MaxValue) { HasNoFullState = true },
            "parent-return" => new SlowCaches(capacity) { PutsToForkCpu = true, EmptiesOffline = true },
            "global-pool" => new SlowCaches(capacity * machine.Cpus) { KeyOf = _ => -1 },
            "llc-shared" => new SlowSharedCaches(capacity, machine.CacheOfCpu),
            "node-shared" => new SlowSharedCaches(capacity, machine.NodeOfCpu),
            "magazine" => new SlowMagazines(arguments, machine),
            "ttl" => new SlowTtl(arguments),
            "adaptive" => new SlowAdaptive(arguments),
            "learned" => new SlowLearned(arguments),
            "refill" => new SlowRefill(arguments),
            "budget" => new SlowBudget(arguments, machine.Cpus),
            "sheaf" => new SlowSheaves(arguments, machine),
            "shrinker" => new SlowShrinker(arguments, machine.Cpus),
            _ => throw new ArgumentException($"The twin does not know '{policy}'.", nameof(policy)),
        };
    }

    /// <summary>Takes a cached stack for a fork on that CPU; null if there is none.</summary>
    public abstract SlowStack? Take(int cpu);

    /// <summary>Handles a task's death. Returns false if its stack is queued for a callback.</summary>
    public abstract bool Dead(SlowStack stack, int cpu);

    /// <summary>Handles the RCU callback of a queued stack, or of the task that had it.</summary>
    public abstract void Callback(SlowStack stack, int cpu);

    /// <summary>Handles a CPU that goes offline.</summary>
    public virtual void CpuOffline(int cpu)
    {
    }

    /// <summary>Handles lost events of a CPU: the content of its cache is unknown.</summary>
    public virtual void LostEvents(int cpu) => Forget(cpu);

    /// <summary>Fills the CPU's cache.</summary>
    public virtual void Fill(int cpu)
    {
    }

    /// <summary>Runs timers up to a time.</summary>
    public virtual void TickUntil(long timeNs)
    {
    }

    protected List<SlowStack> CacheOf(int key)
    {
        if (!_caches.TryGetValue(key, out List<SlowStack>? cache))
            _caches[key] = cache = [];
        return cache;
    }

    protected IEnumerable<int> Keys => _caches.Keys.Order();

    protected SlowStack? TakeLast(int key)
    {
        List<SlowStack> cache = CacheOf(key);
        if (cache.Count == 0)
            return null;
        SlowStack stack = cache[^1];
        cache.RemoveAt(cache.Count - 1);
        return stack;
    }

    protected void Put(int key, SlowStack stack)
    {
        stack.HasLainSincePeriodBegan = false;
        CacheOf(key).Add(stack);
        PeakCached = Math.Max(PeakCached, Cached);
    }

    protected void FillUp(int key, long capacity)
    {
        while (CacheOf(key).Count < capacity)
            Put(key, new SlowStack());
    }

    protected void Forget(int key) => CacheOf(key).Clear();

    protected void ForgetEverything()
    {
        foreach (List<SlowStack> cache in _caches.Values)
            cache.Clear();
    }

    /// <summary>Frees a stack that was never cached.</summary>
    public void FreeOne() => Free();

    protected void Free() => Freed++;

    protected void FreeAll(int key)
    {
        while (TakeLast(key) is not null)
            Free();
    }
}
