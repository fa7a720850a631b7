using ForkTrace.Replay.Conditions;

namespace ForkTrace.Learning.Forecasting;

/// <summary>
/// A forecast distilled into a table. For each entry, the mean probabilities of its samples give the hits and the memory of a stack that is
/// kept for some time. With a price of memory, each entry gets the time at which the hits minus the price of the memory are greatest.
/// </summary>
internal sealed class DemandTable : IDemandForecast
{
    private readonly int _shift;
    private readonly DemandFeature _row;
    private readonly DemandFeature _column;

    // By entry, then by horizon. The last entry is the mean of all samples, and is used for entries without samples.
    private readonly double[][] _hits;
    private readonly double[][] _memory;
    private readonly double[] _weights;

    private DemandTable(int shift, DemandFeature row, DemandFeature column)
    {
        _shift = shift;
        _row = row;
        _column = column;
        _hits = [.. Enumerable.Range(0, LearnedModel.Entries + 1).Select(_ => new double[Horizons.All.Length])];
        _memory = [.. Enumerable.Range(0, LearnedModel.Entries + 1).Select(_ => new double[Horizons.All.Length])];
        _weights = new double[LearnedModel.Entries + 1];
    }

    /// <summary>Distils a forecast by two features.</summary>
    /// <param name="forecast">The forecast to distil.</param>
    /// <param name="samples">The deaths to ask it about.</param>
    /// <param name="shift">A window lasts 2^shift ns.</param>
    /// <param name="row">The feature of rows.</param>
    /// <param name="column">The feature of columns.</param>
    public static DemandTable Distil(
        IDemandForecast forecast, IReadOnlyList<DeathSample> samples, int shift, DemandFeature row, DemandFeature column)
    {
        // Many deaths have the same features: ask about each state once.
        (ImmutableArray<int> Features, double HitRate, double Memory)[] states =
        [
            .. samples.GroupBy(sample => string.Join(' ', sample.Features), StringComparer.Ordinal)
                .Select(group => (group.First().Features, group.Sum(sample => sample.HitRate), group.Sum(sample => sample.Memory))),
        ];
        double[][] chances = forecast.Chances([.. states.Select(state => state.Features)]);
        DemandTable table = new(shift, row, column);
        double vfreeWindows = ReplayConditions.Default.VfreeDelayNs / (double)(1L << shift);
        for (int index = 0; index < states.Length; index++)
        {
            foreach (int entry in (int[])[EntryOf(states[index].Features, row, column), LearnedModel.Entries])
                table.Add(entry, states[index].HitRate, states[index].Memory, chances[index], vfreeWindows);
        }

        return table;
    }

    public double[][] Chances(IReadOnlyList<ImmutableArray<int>> features) => [.. features.Select(known =>
    {
        int entry = SeenOf(EntryOf(known, _row, _column));
        return _hits[entry].Select(hits => hits / _weights[entry]).ToArray();
    })];

    /// <summary>The times at a price: the hit rate, 0 to 1, that one unit of memory must gain.</summary>
    public LearnedModel ModelAt(double price) => new LearnedModel
    {
        WindowShift = _shift,
        Row = _row,
        Column = _column,
        Windows = [.. Enumerable.Range(0, LearnedModel.Entries).Select(entry => BestWindows(SeenOf(entry), price))],
    }.Identified();

    private int SeenOf(int entry) => _weights[entry] > 0 ? entry : LearnedModel.Entries;

    private int BestWindows(int entry, double price)
    {
        int best = -1;
        double most = 0;
        for (int horizon = 0; horizon < Horizons.All.Length; horizon++)
        {
            double gain = _hits[entry][horizon] - (price * _memory[entry][horizon]);
            if (gain > most)
                (best, most) = (horizon, gain);
        }

        return best < 0 ? 0 : Horizons.All[best];
    }

    private void Add(int entry, double hitRate, double memory, double[] chances, double vfreeWindows)
    {
        // A stack is kept until it is needed: between two horizons, use the mean of the stacks that still wait. One that is needed does not wait
        // for vfree.
        double kept = 0;
        double before = 0;
        _weights[entry] += hitRate;
        for (int horizon = 0; horizon < chances.Length; horizon++)
        {
            int length = Horizons.All[horizon] - (horizon == 0 ? 0 : Horizons.All[horizon - 1]);
            kept += length * (1 - ((before + chances[horizon]) / 2));
            before = chances[horizon];
            _hits[entry][horizon] += hitRate * chances[horizon];
            _memory[entry][horizon] += memory * (kept - (vfreeWindows * chances[horizon]));
        }
    }

    private static int EntryOf(ImmutableArray<int> features, DemandFeature row, DemandFeature column) =>
        (DemandState.StepOf(features[(int)row]) * DemandState.Steps) + DemandState.StepOf(features[(int)column]);
}
