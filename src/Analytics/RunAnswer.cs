using ForkTrace.Replay.Contract;

namespace ForkTrace.Analytics;

/// <summary>
/// The answer of a run in two sentences. The first says what the recorded kernel's cache does on this load and how certain that is. The second
/// names the other setting that would serve clearly more forks, or says that none would.
/// </summary>
/// <param name="Kernel">The first sentence.</param>
/// <param name="Change">The second sentence.</param>
/// <param name="Best">The setting that is clearly better; null if none is.</param>
public sealed record RunAnswer(string Kernel, string Change, AnswerSetting? Best)
{
    /// <summary>A gain of less than half a point is not called better, however certain it is. Assumed: it is too small to change a kernel for.</summary>
    public const double LeastGain = 0.005;

    // Normal quantile of 95 %, one-sided, as for ExpectedAgreement.
    private const double ChanceQuantile = 1.645;

    /// <summary>Decides the sentences.</summary>
    /// <param name="kernel">What the recorded kernel's own policy did; null where the recording does not name its kernel.</param>
    /// <param name="others">Other settings that were replayed over the same recording under the same conditions.</param>
    public static RunAnswer Of(KernelOutcome? kernel, IReadOnlyCollection<AnswerSetting> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (kernel is null)
        {
            return new RunAnswer(
                "The recording does not name its kernel: what that kernel's cache did is not known.",
                "So no other policy can be called better.",
                null);
        }

        string first = Describe(kernel);
        AnswerSetting own = kernel.Setting;
        AnswerSetting[] rivals = [.. others.Where(other => other.Name != own.Name && !IsBound(other.Policy)).DistinctBy(other => other.Name)];
        if (kernel.Forks == 0 || rivals.Length == 0)
            return new RunAnswer(first, "No other policy was replayed to compare it with.", null);
        if (kernel.AgreementShare is not { } right)
            return new RunAnswer(first, "For the same reason no other policy is called better.", null);
        double wrong = 1 - right;
        double most = rivals.Max(rival => rival.HitRate);
        (AnswerSetting Setting, double Least)[] better =
        [
            .. rivals.Select(rival => (rival, SureGainOf(kernel, rival))).Where(pair => pair.Item2 >= LeastGain),
        ];
        if (better.Length == 0)
            return new RunAnswer(first, NothingGained(kernel, rivals, most), null);

        // Of the settings that are as good as the best: prefer another capacity to another policy, then the one that holds least.
        double best = better.Max(pair => pair.Setting.HitRate);
        (AnswerSetting chosen, double least) = better
            .Where(pair => best - pair.Setting.HitRate - Chance(best - pair.Setting.HitRate, kernel.Forks) <= Math.Max(wrong, LeastGain))
            .OrderBy(pair => pair.Setting.Policy != own.Policy)
            .ThenBy(pair => pair.Setting.CachedMeanBytes)
            .First();
        return new RunAnswer(
            first,
            $"{chosen.Name} would serve {Percent(chosen.HitRate)}, which is {Points(chosen.HitRate - kernel.HitRate)} points more (at least "
            + $"{Points(least)}), with {Bytes(chosen.CachedMeanBytes)} cached on average instead of {Bytes(own.CachedMeanBytes)}.",
            chosen);
    }

    /// <summary>Decides the sentences from a replay.</summary>
    /// <param name="own">The row of the recorded kernel's own policy; null where the recording does not name its kernel.</param>
    /// <param name="results">The rows that were asked for.</param>
    /// <param name="curves">Hits against capacity.</param>
    public static RunAnswer Of(CellResult? own, IEnumerable<CellResult> results, IEnumerable<HitRateCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(curves);
        if (own?.Unmet is { } unmet)
            return new RunAnswer($"What the recorded kernel's cache did is not known: {unmet}.", "So no other policy can be called better.", null);
        return Of(own is null ? null : KernelOutcome.Of(own), AnswerSetting.All(results, curves));
    }

    /// <summary>
    /// Decides the sentences over several recordings of one load. A setting is better only if it is better in each recording. Figures are
    /// means, with the least and the most.
    /// </summary>
    /// <param name="recordings">The kernel's outcome and the other settings, for each recording; two or more.</param>
    public static RunAnswer Over(IReadOnlyList<(KernelOutcome? Kernel, IReadOnlyCollection<AnswerSetting> Others)> recordings)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        KernelOutcome[] kernels = [.. recordings.Select(recording => recording.Kernel).OfType<KernelOutcome>().Where(kernel => kernel.Forks > 0)];
        if (kernels.Length < recordings.Count || kernels.DistinctBy(kernel => kernel.Setting.Name).Count() > 1)
        {
            return new RunAnswer(
                "The recordings are not of one kernel's policy, so there is no one answer.", "Run them one by one for an answer each.", null);
        }

        double[] rates = [.. kernels.Select(kernel => kernel.HitRate)];
        string known = kernels.All(kernel => kernel.MeasuredHitRate is not null) ? "measured" : "predicted";
        string first = $"The recorded kernel's cache ({kernels[0].Setting.Name}) served {Percent(rates.Average())} of forks on average of "
            + $"{kernels.Length} recordings ({Percent(rates.Min())} to {Percent(rates.Max())}). This is {known}.";
        if (kernels.Any(kernel => kernel.AgreementShare is null))
            return new RunAnswer(first, "For one of them no agreement is promised, so no other policy is called better.", null);

        // Settings that every recording has, with the least gain that any has.
        (AnswerSetting[] Settings, double Least)[] better =
        [
            .. recordings.SelectMany(recording => recording.Others.DistinctBy(other => other.Name))
                .Where(other => !IsBound(other.Policy) && other.Name != kernels[0].Setting.Name)
                .GroupBy(other => other.Name)
                .Where(group => group.Count() == kernels.Length)
                .Select(group => group.ToArray())
                .Select(settings => (settings, settings.Select((setting, index) => SureGainOf(kernels[index], setting)).Min()))
                .Where(pair => pair.Item2 >= LeastGain),
        ];
        if (better.Length == 0)
            return new RunAnswer(first, "No other setting replayed would serve clearly more in each of them.", null);
        double best = better.Max(pair => Mean(pair.Settings));
        (AnswerSetting[] chosen, double least) = better
            .Where(pair => best - Mean(pair.Settings) <= Math.Max(LeastGain, kernels.Max(kernel => 1 - kernel.AgreementShare!.Value)))
            .OrderBy(pair => pair.Settings[0].Policy != kernels[0].Setting.Policy)
            .ThenBy(pair => pair.Settings.Average(setting => setting.CachedMeanBytes))
            .First();
        double gain = Mean(chosen) - rates.Average();
        return new RunAnswer(
            first,
            $"{chosen[0].Name} would serve {Percent(Mean(chosen))} on average, which is {Points(gain)} points more (at least {Points(least)} in "
                + $"each), with {Bytes(chosen.Average(setting => setting.CachedMeanBytes))} cached on average instead of "
                + $"{Bytes(kernels.Average(kernel => kernel.Setting.CachedMeanBytes))}.",
            chosen[0]);
    }

    private static double Mean(AnswerSetting[] settings) => settings.Average(setting => setting.HitRate);

    private static double SureGainOf(KernelOutcome kernel, AnswerSetting rival) => LeastGainOf(kernel, rival) - (1 - kernel.AgreementShare!.Value);

    // The least gain of a setting, whatever the caches held when the recording began, and after allowing for chance.
    private static double LeastGainOf(KernelOutcome kernel, AnswerSetting rival)
    {
        AnswerSetting own = kernel.Setting;
        double fromEmpty = rival.HitRate - own.HitRate;
        double fromFull = (rival.FullHitRate ?? rival.HitRate) - (own.FullHitRate ?? own.HitRate);
        return Math.Min(fromEmpty, fromFull) - Chance(Math.Abs(fromEmpty), kernel.Forks);
    }

    // The part of a difference between two policies over the same forks that may be due to chance, as a share of the forks.
    private static double Chance(double difference, long forks) =>
        ChanceQuantile * Math.Sqrt(Math.Clamp(difference, 0, 1) * (1 - Math.Clamp(difference, 0, 1)) / forks);

    private static string NothingGained(KernelOutcome kernel, AnswerSetting[] rivals, double most)
    {
        string count = rivals.Length == 1 ? "The one other setting replayed" : $"None of the {rivals.Length} other settings replayed";
        AnswerSetting top = rivals.First(rival => rival.HitRate == most);
        double gain = most - kernel.HitRate;
        if (gain <= 0)
            return rivals.Length == 1 ? $"{count} would not serve more." : $"{count} would serve more.";
        string what = $"{top.Name} would serve {Points(gain)} points more, too little to tell from noise.";
        return rivals.Length == 1 ? $"Nothing is to gain: {what}" : $"{count} would serve clearly more: at best, {what}";
    }

    private static string Describe(KernelOutcome kernel)
    {
        AnswerSetting own = kernel.Setting;
        string forks = kernel.Forks == 1 ? "1 fork" : $"{kernel.Forks.ToString("N0", CultureInfo.InvariantCulture)} forks";
        if (kernel.Forks == 0)
            return "The recording shows no fork.";
        double high = Math.Max(own.HitRate, own.FullHitRate ?? 0);
        if (high == 0 && own.CachedMeanBytes == 0)
            return $"The recorded kernel ({own.Name}) keeps no stacks: each of {forks} allocated a new one.";
        string subject = $"The recorded kernel's cache ({own.Name}) served";
        if (kernel.MeasuredHitRate is { } measured && kernel.AgreementShare is { } predicted)
            return $"{subject} {Percent(measured)} of {forks}. This is measured, and the replay predicts {Percent(predicted)} of forks correctly.";
        long unknown = kernel.StartForks;
        if (kernel.AgreementShare is null && unknown == kernel.Forks)
        {
            return $"{subject} {Percent(own.HitRate)} to {Percent(high)} of {forks}: what the caches held when the recording began decides "
                + "each of them.";
        }

        if (kernel.AgreementShare is not { } right)
        {
            return $"{subject} about {Percent(own.HitRate)} of {forks}. How far that can be trusted is not known: events were lost, other "
                + "tasks were not recorded, or the conditions are not the recording's.";
        }

        double low = Math.Max(0, own.HitRate - (1 - right));
        string apart = unknown < LeastGain * kernel.Forks
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", apart from {unknown:N0} that depend on what the caches held at the start");
        return $"{subject} {Percent(low)} to {Percent(Math.Min(1, high + 1 - right))} of {forks}. This is predicted, and should be "
            + $"right for at least {Percent(right)} of forks{apart}.";
    }

    private static bool IsBound(string policy) =>
        PolicyCatalog.All.Any(known => known.Descriptor.Name == policy && known.Descriptor.Group == PolicyGroup.Bound);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Bytes(double bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024 * 1024):0.0} MiB"),
    };
}

/// <summary>A policy with its parameters, as an answer weighs it: a cell of results, or a point of a capacity curve.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Parameters">As <c>param=value,...</c>; empty if it has none.</param>
/// <param name="HitRate">Share of forks served from a cache, 0 to 1, if caches were empty when the recording began.</param>
/// <param name="FullHitRate">The same if they were full; null where not known.</param>
/// <param name="CachedMeanBytes">Memory in caches, averaged over the recording's time.</param>
public sealed record AnswerSetting(string Policy, string Parameters, double HitRate, double? FullHitRate, double CachedMeanBytes)
{
    /// <summary>As a user types it: <c>linux-5.18:capacity=4</c>.</summary>
    public string Name => Parameters.Length == 0 ? Policy : $"{Policy}:{Parameters}";

    /// <summary>All settings of a replay: its rows, and the points of its curves that have none.</summary>
    public static ImmutableArray<AnswerSetting> All(IEnumerable<CellResult> results, IEnumerable<HitRateCurve> curves) =>
        [.. results.Where(row => row.Unmet is null).Select(Of).Concat(curves.SelectMany(Of)).DistinctBy(setting => setting.Name)];

    internal static AnswerSetting Of(CellResult row) => new(
        row.Policy,
        string.Join(',', row.Parameters.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}"))),
        row.HitRate,
        row.HitsStartingFull is { } hits && row.Allocations > 0 ? (double)hits / row.Allocations : null,
        row.Memory.Cached.MeanBytes);

    internal static IEnumerable<AnswerSetting> Of(HitRateCurve curve) => curve.Points.Select(point => new AnswerSetting(
        curve.Policy,
        ParametersOf(curve.ParametersElse, point.Capacity),
        point.HitRate,
        null,
        point.CachedMeanBytes));

    // In order of name, as a cell has them.
    internal static string ParametersOf(string parametersElse, long capacity) => string.Join(
        ',',
        parametersElse.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Append(string.Create(CultureInfo.InvariantCulture, $"capacity={capacity}"))
            .Order(StringComparer.Ordinal));
}

/// <summary>What the recorded kernel's own policy did on a recording.</summary>
/// <param name="Setting">The policy, as replayed.</param>
/// <param name="Forks">Stacks that forks needed.</param>
/// <param name="MeasuredHitRate">The kernel's own hit rate, 0 to 1, where the recording holds it; else null.</param>
/// <param name="AgreementShare">
/// Share of forks that the replay predicts correctly: measured where <paramref name="MeasuredHitRate"/> is there, else the least to
/// expect. Null where nothing is promised.
/// </param>
public sealed record KernelOutcome(AnswerSetting Setting, long Forks, double? MeasuredHitRate, double? AgreementShare)
{
    /// <summary>Forks that hit only if caches were full when the recording began.</summary>
    public long StartForks => (long)Math.Round(Math.Max(0, (Setting.FullHitRate ?? 0) - Setting.HitRate) * Forks);

    /// <summary>The kernel's own hit rate, 0 to 1: measured if it is, else that of the replay from empty caches.</summary>
    public double HitRate => MeasuredHitRate ?? Setting.HitRate;

    /// <summary>That of the row of the recorded kernel's own policy.</summary>
    public static KernelOutcome Of(CellResult own)
    {
        ArgumentNullException.ThrowIfNull(own);
        return new KernelOutcome(
            AnswerSetting.Of(own), own.Allocations, own.Measured?.HitRate, own.Measured?.Share ?? own.Expected?.Low);
    }
}
