namespace ForkTrace.TestKit.SlowRules;

/// <summary>Caches with a second chance. A fork queues a work item, which later fills its CPU's cache.</summary>
public sealed class SlowRefill(IReadOnlyDictionary<string, long> arguments) : SlowRule
{
    private readonly Dictionary<int, long> _workItems = [];
    private long _nowNs;

    private long High => arguments["high"];

    private long Low => Math.Min(arguments["low"], High);

    public override SlowStack? Take(int cpu)
    {
        SlowStack? stack = TakeLast(cpu);
        if (CacheOf(cpu).Count < Low)
            _workItems.TryAdd(cpu, _nowNs + (arguments["delay_us"] * 1000));
        return stack;
    }

    public override bool Dead(SlowStack stack, int cpu)
    {
        if (CacheOf(cpu).Count >= High)
            return false;
        Put(cpu, stack);
        return true;
    }

    public override void Callback(SlowStack stack, int cpu)
    {
        if (CacheOf(cpu).Count < High)
            Put(cpu, stack);
        else
            Free();
    }

    public override void CpuOffline(int cpu)
    {
        FreeAll(cpu);
        _workItems.Remove(cpu);
    }

    public override void LostEvents(int cpu)
    {
        Forget(cpu);
        _workItems.Remove(cpu);
    }

    public override void Fill(int cpu) => FillUp(cpu, High);

    public override void TickUntil(long timeNs)
    {
        foreach (int cpu in _workItems.Keys.OrderBy(cpu => _workItems[cpu]).ToArray())
        {
            if (_workItems[cpu] > timeNs)
                continue;
            _workItems.Remove(cpu);
            if (CacheOf(cpu).Count < Low)
                FillUp(cpu, High);
        }

        _nowNs = timeNs;
    }
}
