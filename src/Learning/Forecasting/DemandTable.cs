namespace ForkTrace.Learning.Forecasting;

/// <summary>
/// A forecast distilled into a table: the mean chances that the forecast gives to the samples of each entry. A threshold makes limits of
/// them: a CPU keeps as many stacks as are drawn with at least that chance.
/// </summary>
internal sealed class DemandTable : IDemandForecast
{
    private readonly int _shift;
    private readonly DemandFeature _row;
    private readonly DemandFeature _column;
    private readonly double[][] _chances;

    private DemandTable(int shift, DemandFeature row, DemandFeature column, double[][] chances)
    {
        _shift = shift;
        _row = row;
        _column = column;
        _chances = chances;
    }

    /// <summary>Distils a forecast by two features.</summary>
    public static DemandTable Distil(
        IDemandForecast forecast, IReadOnlyList<DemandSample> samples, int shift, DemandFeature row, DemandFeature column)
    {
        // Most windows are alike: each state is asked about once.
        (ImmutableArray<int> Features, int Count)[] states =
            [.. samples.GroupBy(sample => string.Join(' ', sample.Features), StringComparer.Ordinal).Select(group => (group.First().Features, group.Count()))];
        double[][] answers = forecast.Chances([.. states.Select(state => state.Features)]);
        double[] seen = new double[LearnedModel.Entries];
        double[][] chances = [.. seen.Select(_ => new double[DemandLevels.All.Length])];
        for (int index = 0; index < states.Length; index++)
        {
            int entry = EntryOf(states[index].Features, row, column);
            seen[entry] += states[index].Count;
            for (int level = 0; level < DemandLevels.All.Length; level++)
                chances[entry][level] += states[index].Count * answers[index][level];
        }

        for (int entry = 0; entry < seen.Length; entry++)
        {
            if (seen[entry] > 0)
                chances[entry] = [.. chances[entry].Select(sum => sum / seen[entry])];
            else
                chances[entry] = forecast.Chances([StateOf(entry, row, column)])[0];
        }

        return new DemandTable(shift, row, column, chances);
    }

    /// <summary>The two features by which counted chances tell samples apart best: the least loss, the first of equals.</summary>
    public static (DemandFeature Row, DemandFeature Column) BestFeatures(IReadOnlyList<DemandSample> samples)
    {
        DemandFeature[] all = Enum.GetValues<DemandFeature>();
        return all
            .SelectMany((row, index) => all.Skip(index + 1).Select(column => (Row: row, Column: column)))
            .MinBy(pair => DemandLevels.Loss(CountedForecast.Count(samples, pair.Row, pair.Column), samples));
    }

    public double[][] Chances(IReadOnlyList<ImmutableArray<int>> features) => [.. features.Select(known => _chances[EntryOf(known, _row, _column)])];

    /// <summary>The limits at a threshold.</summary>
    public LearnedModel ModelAt(double threshold) => new LearnedModel
    {
        WindowShift = _shift,
        Row = _row,
        Column = _column,
        Limits = [.. _chances.Select(chances => LimitAt(chances, threshold))],
    }.Identified();

    private static int LimitAt(double[] chances, double threshold)
    {
        int level = 0;
        while (level < chances.Length && chances[level] >= threshold)
            level++;
        return level == 0 ? 0 : DemandLevels.All[level - 1];
    }

    private static int EntryOf(ImmutableArray<int> features, DemandFeature row, DemandFeature column) =>
        (DemandState.StepOf(features[(int)row]) * DemandState.Steps) + DemandState.StepOf(features[(int)column]);

    // Of an entry that no sample is of: the least values of its steps, all else nothing.
    private static ImmutableArray<int> StateOf(int entry, DemandFeature row, DemandFeature column)
    {
        int[] features = new int[DemandSamples.Features];
        features[(int)row] = LeastOf(entry / DemandState.Steps);
        features[(int)column] = LeastOf(entry % DemandState.Steps);
        return [.. features];
    }

    private static int LeastOf(int step) => step == 0 ? 0 : 1 << (step - 1);
}
