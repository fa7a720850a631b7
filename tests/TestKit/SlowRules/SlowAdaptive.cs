namespace ForkTrace.TestKit.SlowRules;

/// <summary>Capacities that grow by one with each miss after a drop, and shrink by half of the slots that a period did not
/// need.</summary>
public sealed class SlowAdaptive(IReadOnlyDictionary<string, long> arguments) : SlowRule
{
    private readonly Dictionary<int, long> _limits = [];
    private readonly Dictionary<int, int> _drops = [];
    private readonly Dictionary<int, List<int>> _sizesInPeriod = [];
    private long _nowNs;
    private long _tickNs = long.MaxValue;

    private long Max => Math.Max(arguments["min"], arguments["max"]);

    public override SlowStack? Take(int cpu)
    {
        SlowStack? stack = TakeLast(cpu);
        if (stack is null && _drops.GetValueOrDefault(cpu) > 0)
        {
            _drops[cpu]--;
            if (LimitOf(cpu) < Max)
            {
                _limits[cpu] = LimitOf(cpu) + 1;
                if (_tickNs == long.MaxValue)
                    _tickNs = _nowNs + (arguments["period_ms"] * 1_000_000);
            }
        }

        SizesOf(cpu).Add(CacheOf(cpu).Count);
        return stack;
    }

    public override bool Dead(SlowStack stack, int cpu)
    {
        if (CacheOf(cpu).Count < LimitOf(cpu))
        {
            Put(cpu, stack);
        }
        else
        {
            _drops[cpu] = _drops.GetValueOrDefault(cpu) + 1;
            Free();
        }

        SizesOf(cpu).Add(CacheOf(cpu).Count);
        return true;
    }

    public override void Callback(SlowStack stack, int cpu) => throw new InvalidOperationException("Nothing is queued.");

    public override void CpuOffline(int cpu)
    {
        FreeAll(cpu);
        SizesOf(cpu).Add(0);
    }

    public override void LostEvents(int cpu)
    {
        Forget(cpu);
        _limits.Remove(cpu);
        _drops.Remove(cpu);
        _sizesInPeriod.Remove(cpu);
    }

    public override void Fill(int cpu)
    {
        FillUp(cpu, arguments["min"]);
        SizesOf(cpu).Clear();
        SizesOf(cpu).Add(CacheOf(cpu).Count);
    }

    public override void TickUntil(long timeNs)
    {
        while (_tickNs <= timeNs)
        {
            foreach (int cpu in _sizesInPeriod.Keys)
                EndPeriod(cpu);
            bool isAtRest = _limits.Values.All(limit => limit == arguments["min"]);
            _tickNs = isAtRest ? long.MaxValue : _tickNs + (arguments["period_ms"] * 1_000_000);
        }

        _nowNs = timeNs;
    }

    private void EndPeriod(int cpu)
    {
        List<int> sizes = SizesOf(cpu);
        long neverEmptied = sizes.Min();
        long neverFilled = LimitOf(cpu) - sizes.Max();
        long givenUp = (long)Math.Ceiling((neverEmptied + neverFilled) / 2.0);
        _limits[cpu] = Math.Max(arguments["min"], LimitOf(cpu) - givenUp);
        while (CacheOf(cpu).Count > LimitOf(cpu))
        {
            TakeLast(cpu);
            Free();
        }

        _drops[cpu] = 0;
        sizes.Clear();
        sizes.Add(CacheOf(cpu).Count);
    }

    private long LimitOf(int cpu) => _limits.GetValueOrDefault(cpu, arguments["min"]);

    private List<int> SizesOf(int cpu)
    {
        if (!_sizesInPeriod.TryGetValue(cpu, out List<int>? sizes))
            _sizesInPeriod[cpu] = sizes = [0];
        return sizes;
    }
}
