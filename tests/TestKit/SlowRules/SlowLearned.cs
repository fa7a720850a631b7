using ForkTrace.Replay.Policies;

namespace ForkTrace.TestKit.SlowRules;

/// <summary>Looks a CPU's limit up anew whenever it is asked for, from every fork and death that the CPU ever had; trims at the end of each window.</summary>
public sealed class SlowLearned(IReadOnlyDictionary<string, long> arguments, int cpus) : SlowRule
{
    // Long after the last fork nothing changes any more.
    private const int WindowsMax = 2000;
    private readonly LearnedModel _model = LearnedModel.BuiltIn;
    private readonly Dictionary<int, List<(long Window, bool IsFork)>> _history = [];
    private long _nowNs;

    public override SlowStack? Take(int cpu)
    {
        HistoryOf(cpu).Add((WindowNow, true));
        return TakeLast(cpu);
    }

    public override bool Dead(SlowStack stack, int cpu)
    {
        HistoryOf(cpu).Add((WindowNow, false));
        if (CacheOf(cpu).Count < LimitOf(cpu))
            Put(cpu, stack);
        else
            Free();
        return true;
    }

    public override void Callback(SlowStack stack, int cpu) => throw new InvalidOperationException("Nothing is queued.");

    public override void CpuOffline(int cpu) => FreeAll(cpu);

    public override void LostEvents(int cpu)
    {
        Forget(cpu);
        HistoryOf(cpu).Clear();
    }

    public override void Fill(int cpu) => FillUp(cpu, LimitOf(cpu));

    public override void TickUntil(long timeNs)
    {
        long last = timeNs >> _model.WindowShift;
        for (long window = WindowNow + 1; window <= last && window < WindowNow + WindowsMax; window++)
        {
            long boundaryNs = window << _model.WindowShift;
            for (int cpu = 0; cpu < cpus; cpu++)
                Trim(cpu, LimitAt(cpu, boundaryNs >> _model.WindowShift));
        }

        _nowNs = timeNs;
    }

    private long WindowNow => _nowNs >> _model.WindowShift;

    private void Trim(int cpu, int limit)
    {
        while (CacheOf(cpu).Count > limit)
        {
            TakeLast(cpu);
            Free();
        }

        if (arguments["ahead"] == 1)
            FillUp(cpu, limit);
    }

    private int LimitOf(int cpu) => LimitAt(cpu, WindowNow);

    private int LimitAt(int cpu, long now)
    {
        List<(long Window, bool IsFork)> history = HistoryOf(cpu);
        int recent = 0;
        for (long window = history.Count == 0 ? now : history[0].Window; window < now; window++)
            recent = Math.Max(Math.Max(0, recent - Math.Max(1, recent / 8)), 16 * DrawOf(history, window));
        long lastFork = history.Where(entry => entry.IsFork && entry.Window < now).Select(entry => entry.Window).DefaultIfEmpty(-1_000_000).Max();
        Dictionary<DemandFeature, int> features = new()
        {
            [DemandFeature.Forks] = history.Count(entry => entry.Window == now - 1 && entry.IsFork),
            [DemandFeature.Deaths] = history.Count(entry => entry.Window == now - 1 && !entry.IsFork),
            [DemandFeature.Draw] = DrawOf(history, now - 1),
            [DemandFeature.Recent] = (recent + 15) / 16,
            [DemandFeature.Idle] = (int)(now - 1 - lastFork),
        };
        return _model.Limits[(8 * StepOf(features[_model.Row])) + StepOf(features[_model.Column])];
    }

    private static int DrawOf(List<(long Window, bool IsFork)> history, long window)
    {
        int ahead = 0;
        int most = 0;
        foreach ((long _, bool isFork) in history.Where(entry => entry.Window == window))
            most = Math.Max(most, ahead += isFork ? 1 : -1);
        return most;
    }

    private static int StepOf(int value)
    {
        int step = 0;
        for (; value > 0 && step < 7; value /= 2)
            step++;
        return step;
    }

    private List<(long Window, bool IsFork)> HistoryOf(int cpu)
    {
        if (!_history.TryGetValue(cpu, out List<(long Window, bool IsFork)>? history))
            _history[cpu] = history = [];
        return history;
    }
}
