namespace ForkTrace.TestKit.SlowRules;

/// <summary>Caches with a second chance. Slots move to the five CPUs with the most misses in a period.</summary>
public sealed class SlowBudget(IReadOnlyDictionary<string, long> arguments, int cpus) : SlowRule
{
    private readonly Dictionary<int, long> _limits = [];
    private readonly Dictionary<int, int> _misses = [];
    private long _nowNs;
    private long _tickNs = long.MaxValue;
    private int _nextGiver;

    public override SlowStack? Take(int cpu)
    {
        SlowStack? stack = TakeLast(cpu);
        if (stack is null)
            Miss(cpu);
        return stack;
    }

    public override bool Dead(SlowStack stack, int cpu)
    {
        if (CacheOf(cpu).Count < LimitOf(cpu))
        {
            Put(cpu, stack);
            return true;
        }

        Miss(cpu);
        return false;
    }

    public override void Callback(SlowStack stack, int cpu)
    {
        if (CacheOf(cpu).Count < LimitOf(cpu))
            Put(cpu, stack);
        else
            Free();
    }

    public override void CpuOffline(int cpu) => FreeAll(cpu);

    // The limits depend on all CPUs.
    public override void LostEvents(int cpu)
    {
        ForgetEverything();
        _limits.Clear();
        _misses.Clear();
    }

    public override void Fill(int cpu) => FillUp(cpu, LimitOf(cpu));

    public override void TickUntil(long timeNs)
    {
        while (_tickNs <= timeNs)
        {
            int[] takers = [.. _misses.Keys.OrderByDescending(cpu => _misses[cpu]).ThenBy(cpu => cpu)];
            foreach (int taker in takers.Take(5))
                TakeSlots(taker);
            _misses.Clear();
            _tickNs = takers.Length == 0 ? long.MaxValue : _tickNs + (arguments["period_ms"] * 1_000_000);
        }

        _nowNs = timeNs;
    }

    private void Miss(int cpu)
    {
        _misses[cpu] = _misses.GetValueOrDefault(cpu) + 1;
        if (_tickNs == long.MaxValue)
            _tickNs = _nowNs + (arguments["period_ms"] * 1_000_000);
    }

    private void TakeSlots(int taker)
    {
        long wanted = Math.Min(_misses[taker], Math.Max(1, LimitOf(taker)));
        int[] inTurn = [.. Enumerable.Range(0, cpus).Select(step => (_nextGiver + step) % cpus)];
        foreach (int giver in inTurn.Where(cpu => !_misses.ContainsKey(cpu) && LimitOf(cpu) > 0).Take((int)wanted))
        {
            _limits[giver] = LimitOf(giver) - 1;
            _limits[taker] = LimitOf(taker) + 1;
            _nextGiver = (giver + 1) % cpus;
            if (CacheOf(giver).Count > LimitOf(giver))
            {
                TakeLast(giver);
                Free();
            }
        }
    }

    private long LimitOf(int cpu) => _limits.GetValueOrDefault(cpu, arguments["capacity"]);
}
