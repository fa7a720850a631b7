using ForkTrace.Replay.Policies;

namespace ForkTrace.TestKit.SlowRules;

/// <summary>Computes how long to keep a stack from all forks and deaths on its CPU. Each stack has the time when it must be
/// dropped.</summary>
public sealed class SlowLearned(IReadOnlyDictionary<string, long> arguments) : SlowRule
{
    // Weights decrease by an eighth per window, so older windows have no weight left.
    private const int WindowsThatMatter = 400;
    private readonly LearnedModel _model = LearnedModel.BuiltIn;
    private readonly Dictionary<int, Dictionary<long, List<bool>>> _history = [];
    private readonly Dictionary<SlowStack, long> _ends = [];
    private long _nowNs;

    public override SlowStack? Take(int cpu)
    {
        Note(cpu, isFork: true);
        return TakeLast(cpu);
    }

    public override bool Dead(SlowStack stack, int cpu)
    {
        Note(cpu, isFork: false);
        int windows = WindowsOf(HistoryOf(cpu), WindowNow);
        if (windows == 0 || CacheOf(cpu).Count >= arguments["capacity"])
        {
            Free();
            return true;
        }

        Put(cpu, stack);
        _ends[stack] = WindowNow + windows;
        return true;
    }

    public override void Callback(SlowStack stack, int cpu) => throw new InvalidOperationException("Nothing is queued.");

    public override void CpuOffline(int cpu) => FreeAll(cpu);

    public override void LostEvents(int cpu)
    {
        Forget(cpu);
        HistoryOf(cpu).Clear();
    }

    public override void TickUntil(long timeNs)
    {
        _nowNs = timeNs;
        foreach (int cpu in Keys)
        {
            foreach (SlowStack stack in CacheOf(cpu).Where(stack => _ends[stack] <= WindowNow).ToArray())
            {
                CacheOf(cpu).Remove(stack);
                Free();
            }
        }
    }

    private long WindowNow => _nowNs >> _model.WindowShift;

    private int WindowsOf(Dictionary<long, List<bool>> history, long now)
    {
        int recent = 0;
        int surplus = 0;
        for (long window = Math.Max(history.Keys.Min(), now - WindowsThatMatter); window <= now; window++)
        {
            recent = Math.Max(Faded(recent), 16 * DrawOf(history, window));
            surplus = Faded(surplus) + (16 * (Count(history, window, false) - Count(history, window, true)));
        }

        long lastFork = history.Where(window => window.Value.Contains(true)).Select(window => window.Key).DefaultIfEmpty(-1_000_000).Max();
        Dictionary<DemandFeature, int> features = new()
        {
            [DemandFeature.Forks] = Count(history, now, true) + Count(history, now - 1, true),
            [DemandFeature.Deaths] = Count(history, now, false) + Count(history, now - 1, false),
            [DemandFeature.Recent] = (recent + 15) / 16,
            [DemandFeature.Idle] = (int)(now - lastFork),
            [DemandFeature.Surplus] = (Math.Max(0, surplus) + 15) / 16,
            [DemandFeature.Deficit] = (Math.Max(0, -surplus) + 15) / 16,
        };
        return _model.Windows[(8 * StepOf(features[_model.Row])) + StepOf(features[_model.Column])];
    }

    private static int Faded(int value)
    {
        int less = Math.Max(1, Math.Abs(value) / 8);
        return value > 0 ? value - less : value < 0 ? value + less : 0;
    }

    private static int Count(Dictionary<long, List<bool>> history, long window, bool isFork) =>
        history.TryGetValue(window, out List<bool>? moves) ? moves.Count(move => move == isFork) : 0;

    private static int DrawOf(Dictionary<long, List<bool>> history, long window)
    {
        int ahead = 0;
        int most = 0;
        foreach (bool isFork in history.GetValueOrDefault(window, []))
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

    private void Note(int cpu, bool isFork)
    {
        if (!HistoryOf(cpu).TryGetValue(WindowNow, out List<bool>? moves))
            HistoryOf(cpu)[WindowNow] = moves = [];
        moves.Add(isFork);
    }

    private Dictionary<long, List<bool>> HistoryOf(int cpu)
    {
        if (!_history.TryGetValue(cpu, out Dictionary<long, List<bool>>? history))
            _history[cpu] = history = [];
        return history;
    }
}
