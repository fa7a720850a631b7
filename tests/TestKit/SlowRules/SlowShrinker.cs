namespace ForkTrace.TestKit.SlowRules;

/// <summary>Caches without a limit. Above a watermark, stacks are dropped, CPU after CPU, until only a share of it is left.</summary>
public sealed class SlowShrinker(IReadOnlyDictionary<string, long> arguments, int cpus) : SlowRule
{
    private int _nextCpu;
    private bool _isShrinking;

    public override SlowStack? Take(int cpu) => TakeLast(cpu);

    public override bool Dead(SlowStack stack, int cpu)
    {
        Put(cpu, stack);
        long left = arguments["watermark"] * arguments["keep"] / 100;
        while (Cached > left && (Cached > arguments["watermark"] || _isShrinking))
        {
            _isShrinking = true;
            while (CacheOf(_nextCpu).Count > 0 && Cached > left)
            {
                TakeLast(_nextCpu);
                Free();
            }

            _nextCpu = (_nextCpu + 1) % cpus;
        }

        _isShrinking = false;
        return true;
    }

    public override void Callback(SlowStack stack, int cpu) => throw new InvalidOperationException("Nothing is queued.");

    public override void CpuOffline(int cpu) => FreeAll(cpu);

    // The number of stacks on one CPU affects the others.
    public override void LostEvents(int cpu) => ForgetEverything();

    public override void Fill(int cpu)
    {
        long even = arguments["watermark"] / cpus;
        FillUp(cpu, cpu < arguments["watermark"] - (even * cpus) ? even + 1 : even);
    }
}
