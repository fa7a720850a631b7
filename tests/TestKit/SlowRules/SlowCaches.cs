namespace ForkTrace.TestKit.SlowRules;

/// <summary>Caches with a capacity each. There is one cache per CPU, unless a policy uses other keys.</summary>
public class SlowCaches(int capacity) : SlowRule
{
    public bool HasSecondChance { get; init; }

    public bool PutsToForkCpu { get; init; }

    public bool EmptiesOffline { get; init; }

    public bool HasNoFullState { get; init; }

    public Func<int, int> KeyOf { get; init; } = cpu => cpu;

    public Func<int, int> NodeOf { get; init; } = _ => 0;

    public override SlowStack? Take(int cpu) => TakeLast(KeyOf(cpu));

    public override bool Dead(SlowStack stack, int cpu)
    {
        if (HasSecondChance && !Fits(stack, cpu))
            return false;
        Callback(stack, cpu);
        return true;
    }

    public override void Callback(SlowStack stack, int cpu)
    {
        if (Fits(stack, cpu))
            Put(KeyFor(stack, cpu), stack);
        else
            Free();
    }

    public override void CpuOffline(int cpu)
    {
        if (EmptiesOffline)
            FreeAll(cpu);
    }

    public override void LostEvents(int cpu)
    {
        // A death on any CPU may have put a stack into any cache.
        if (PutsToForkCpu)
            ForgetEverything();
        else
            Forget(KeyOf(cpu));
    }

    public override void Fill(int cpu)
    {
        if (!HasNoFullState)
            FillUp(KeyOf(cpu), CapacityOf(KeyOf(cpu)));
    }

    /// <summary>Maximum number of stacks in a cache.</summary>
    protected virtual int CapacityOf(int key) => capacity;

    private bool Fits(SlowStack stack, int cpu)
    {
        bool isLocal = stack.ForkCpu < 0 || NodeOf(stack.ForkCpu) == NodeOf(cpu);
        int key = KeyFor(stack, cpu);
        return isLocal && CacheOf(key).Count < CapacityOf(key);
    }

    private int KeyFor(SlowStack stack, int cpu) => KeyOf(PutsToForkCpu && stack.ForkCpu >= 0 ? stack.ForkCpu : cpu);
}
