namespace ForkTrace.TestKit.SlowRules;

/// <summary>At the end of each period, drops every stack that was in its cache for the whole period. Takes the stack that was put
/// last.</summary>
public sealed class SlowTtl(IReadOnlyDictionary<string, long> arguments) : SlowRule
{
    private long _nowNs;
    private long _tickNs = long.MaxValue;

    public override SlowStack? Take(int cpu) => TakeLast(cpu);

    public override bool Dead(SlowStack stack, int cpu)
    {
        if (CacheOf(cpu).Count >= arguments["capacity"])
        {
            Free();
            return true;
        }

        Put(cpu, stack);
        if (_tickNs == long.MaxValue)
            _tickNs = _nowNs + (arguments["period_ms"] * 1_000_000);
        return true;
    }

    public override void Callback(SlowStack stack, int cpu) => throw new InvalidOperationException("Nothing is queued.");

    public override void CpuOffline(int cpu) => FreeAll(cpu);

    public override void Fill(int cpu)
    {
        // Fills all slots, so that stacks from before the fill have been there as long as the others.
        while (CacheOf(cpu).Count < arguments["capacity"])
            Put(cpu, new SlowStack());
        foreach (SlowStack stack in CacheOf(cpu))
            stack.HasLainSincePeriodBegan = true;
        if (_tickNs == long.MaxValue)
            _tickNs = _nowNs + (arguments["period_ms"] * 1_000_000);
    }

    public override void TickUntil(long timeNs)
    {
        while (_tickNs <= timeNs)
        {
            foreach (int cpu in Keys)
                EndPeriod(CacheOf(cpu));
            _tickNs = Cached == 0 ? long.MaxValue : _tickNs + (arguments["period_ms"] * 1_000_000);
        }

        _nowNs = timeNs;
    }

    private void EndPeriod(List<SlowStack> cache)
    {
        foreach (SlowStack stack in cache.Where(stack => stack.HasLainSincePeriodBegan).ToArray())
        {
            cache.Remove(stack);
            Free();
        }

        foreach (SlowStack stack in cache)
            stack.HasLainSincePeriodBegan = true;
    }
}
