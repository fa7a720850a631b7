using ForkTrace.Replay.Costs;

namespace ForkTrace.Analytics.Comparison;

/// <summary>Two results, compared cell by cell and metric by metric.</summary>
public sealed class ResultComparison
{
    private ResultComparison(ComparisonSide before, ComparisonSide after)
    {
        Base = before;
        Head = after;
        IsAlone = ReferenceEquals(before, after);
        Pairs = Match(before.Cells, after.Cells);
        HashSet<ComparedCell> paired = [.. Pairs.SelectMany(pair => new[] { pair.Base, pair.Head })];
        OnlyInBase = [.. before.Cells.Where(cell => !paired.Contains(cell))];
        OnlyInHead = [.. after.Cells.Where(cell => !paired.Contains(cell))];
        Metrics = [.. after.Metrics.Union(before.Metrics)];
        Changes = [.. Pairs.SelectMany(ChangesOf)];
        Notes = [.. NotesOf()];
    }

    public ComparisonSide Base { get; }

    public ComparisonSide Head { get; }

    /// <summary>Whether there is no base: one result is shown alone, and both sides are the same.</summary>
    public bool IsAlone { get; }

    /// <summary>Cells that both sides have, in the base's order.</summary>
    public ImmutableArray<CellPair> Pairs { get; }

    public ImmutableArray<ComparedCell> OnlyInBase { get; }

    public ImmutableArray<ComparedCell> OnlyInHead { get; }

    /// <summary>Names of all figures that either side has.</summary>
    public ImmutableArray<string> Metrics { get; }

    /// <summary>All figures of shared cells that differ.</summary>
    public ImmutableArray<MetricChange> Changes { get; }

    /// <summary>What limits the comparison: other recordings, other versions, cells on one side only, grades.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Compares.</summary>
    public static ResultComparison Of(ComparisonSide before, ComparisonSide after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return new ResultComparison(before, after);
    }

    /// <summary>A result by itself.</summary>
    public static ResultComparison Of(ComparisonSide side) => Of(side, side);

    /// <summary>The changes, most important first: leading figures before their parts, large changes before small ones.</summary>
    public IEnumerable<MetricChange> RankedChanges() => Changes
        .OrderByDescending(change => FigureDefinition.Of(change.Metric)?.IsLeading ?? false)
        .ThenByDescending(change => change.Size);

    // First by id, which does not depend on a recording's name; the rest by question, so that a new recording is compared, and reported as
    // new. If both sides have one recording, these are compared whatever their names: before.dat and after.dat.
    private static ImmutableArray<CellPair> Match(ImmutableArray<ComparedCell> before, ImmutableArray<ComparedCell> after)
    {
        string[] names = [.. before.Concat(after).Select(cell => cell.Trace).Distinct()];
        bool isOneEach = names.Length == 2 && before.All(cell => cell.Trace == names[0]) && after.All(cell => cell.Trace == names[1]);
        Dictionary<string, ComparedCell> byId = [];
        foreach (ComparedCell cell in after)
            byId[cell.Id] = cell;
        HashSet<string> taken = [.. before.Select(cell => cell.Id).Where(byId.ContainsKey)];
        Dictionary<(string Trace, string, string, string, string, string), ComparedCell> byQuestion = [];
        foreach (ComparedCell cell in after.Where(cell => !taken.Contains(cell.Id)))
            byQuestion[cell.Question with { Trace = isOneEach ? names[0] : cell.Trace }] = cell;
        ImmutableArray<CellPair>.Builder pairs = ImmutableArray.CreateBuilder<CellPair>();
        foreach (ComparedCell cell in before)
        {
            if (byId.TryGetValue(cell.Id, out ComparedCell? same) || byQuestion.Remove(cell.Question, out same))
                pairs.Add(new CellPair(cell, same));
        }

        return pairs.DrainToImmutable();
    }

    private IEnumerable<MetricChange> ChangesOf(CellPair pair)
    {
        foreach (string metric in Metrics)
        {
            double? before = pair.Base.Metrics.GetValueOrDefault(metric);
            double? after = pair.Head.Metrics.GetValueOrDefault(metric);
            if (before != after)
                yield return new MetricChange(pair.Head, metric, before, after);
        }
    }

    private IEnumerable<string> NotesOf()
    {
        string[] versions = [Versions(Base), Versions(Head)];
        if (versions[0] != versions[1])
            yield return $"replayed by different versions of ForkTrace: base {versions[0]}, head {versions[1]}";
        foreach (string note in ChangedVersions())
            yield return note;
        if (Pairs.FirstOrDefault(pair => pair.IsOtherRecording && pair.Base.Trace != pair.Head.Trace) is { } renamed)
            yield return $"{renamed.Head.Trace} is held against {renamed.Base.Trace}: each side has one recording, and it is another";
        foreach (IGrouping<string, CellPair> trace in Pairs.Where(pair => pair.IsMadeAnew).GroupBy(pair => pair.Head.Trace))
        {
            CellPair pair = trace.First();
            yield return $"{trace.Key} is another recording: {Short(pair.Base)} in base, {Short(pair.Head)} in head";
        }

        foreach (IGrouping<string, CellPair> trace in Pairs.Where(pair => pair.HasOtherAlgorithm).GroupBy(pair => pair.Head.Trace))
        {
            CellPair pair = trace.First();
            yield return $"{trace.Key} may be another recording: {Short(pair.Base)} in base and {Short(pair.Head)} in head are digests of two kinds";
        }

        foreach (string note in ChangedFiles())
            yield return note;
        string[] lacking = [.. Base.Metrics.Except(Head.Metrics), .. Head.Metrics.Except(Base.Metrics)];
        if (lacking.Length > 0)
            yield return $"only one side has {string.Join(", ", lacking)}";
        foreach (CellPair pair in Pairs.Where(pair => pair.Base.Unmet != pair.Head.Unmet))
            yield return $"{pair.Head}: {pair.Head.Unmet ?? "has an answer now"}";
        foreach (CellPair pair in Pairs.Where(pair => pair.Base.Grade != pair.Head.Grade))
            yield return $"{pair.Head}: grade {pair.Base.Grade ?? "none"} in base, {pair.Head.Grade ?? "none"} in head";
        foreach (string model in Changes.Where(change => change.Metric == "difference_to_pages_ns").Select(change => change.Cell.CostModel).Distinct())
        {
            if (CostModelCatalog.All.Any(shipped => shipped.Name == model && shipped.Basis == "input"))
                yield return $"difference_to_pages_ns rests on the prices of {model}, which are input, not result";
        }

        if (UnderOtherConditions() is { } other)
            yield return other;
        if (OnlyInBase.Length > 0)
            yield return Counted(OnlyInBase, "base");
        if (OnlyInHead.Length > 0)
            yield return Counted(OnlyInHead, "head");
        if (Pairs.IsEmpty)
            yield return "the two sides share no cell: nothing is compared";
    }

    // Parts of a cell's id other than recording, policy, parameters and conditions.
    private IEnumerable<string> ChangedFiles()
    {
        foreach (IGrouping<string, CellPair> policy in Pairs.Where(pair => pair.HasOtherPolicyFile).GroupBy(pair => pair.Head.Policy))
        {
            CellPair pair = policy.First();
            yield return $"the file of policy {policy.Key} changed: "
                + $"{Digits(pair.Base.PolicyOrigin!)} in base, {Digits(pair.Head.PolicyOrigin!)} in head";
        }

        foreach (IGrouping<string, CellPair> model in Pairs.Where(pair => pair.HasOtherCosts).GroupBy(pair => pair.Head.CostModel))
            yield return $"the figures of cost model {model.Key} changed";
        CellPair[] restated =
        [
            .. Pairs.Where(pair => pair.Base.TraceDigest == pair.Head.TraceDigest && pair.Base.Id != pair.Head.Id
                && !pair.HasOtherPolicyFile && !pair.HasOtherCosts),
        ];
        if (restated.Length == 0)
            yield break;
        string rest = restated.Length > 1 ? $" and {restated.Length - 1} more" : "";
        string files = Array.TrueForAll(restated, pair => pair.Base.PolicyOrigin is not null)
            ? ""
            : "the policy's file, the cost model's figures, ";
        yield return $"{restated[0].Head}{rest}: same recording and parameters, but {files}the windows, or the machine's stack or page sizes "
            + "are others";

        static string Digits(string sha256) => sha256.Length == 0 ? "none, but the catalogue" : $"sha256 {sha256[..Math.Min(12, sha256.Length)]}";
    }

    // Two cells that are called the same, and are on one side each: what differs is not in their name.
    private string? UnderOtherConditions()
    {
        foreach (ComparedCell before in OnlyInBase)
        {
            if (OnlyInHead.FirstOrDefault(after => after.Question == before.Question with { Conditions = after.Conditions }) is { } after)
            {
                string only = ComparedConditions.Differing(before.Conditions, after.Conditions) is [{ Figures: { } figures } one]
                    ? $"; only {figures} depend on the {one.Name.Replace('-', ' ')}"
                    : "";
                return $"{before} is under other conditions, so another question: {before.Conditions} in base, {after.Conditions} in head"
                    + only;
            }
        }

        return null;
    }

    // A version that one side lacks is reported too, because then nobody knows what changed.
    private IEnumerable<string> ChangedVersions()
    {
        foreach (IGrouping<(int?, int?), CellPair> engine in Pairs
            .Where(pair => pair.Base.EngineVersion != pair.Head.EngineVersion)
            .GroupBy(pair => (pair.Base.EngineVersion, pair.Head.EngineVersion)))
        {
            yield return $"the replay engine has version {Known(engine.Key.Item1)} in base, {Known(engine.Key.Item2)} in head";
        }

        foreach (IGrouping<(string, int?, int?), CellPair> policy in Pairs
            .Where(pair => pair.Base.PolicyVersion != pair.Head.PolicyVersion)
            .GroupBy(pair => (pair.Head.Policy, pair.Base.PolicyVersion, pair.Head.PolicyVersion)))
        {
            (string name, int? before, int? after) = policy.Key;
            yield return $"policy {name} has version {Known(before)} in base, {Known(after)} in head";
        }
    }

    private static string Known(int? version) => version?.ToString(CultureInfo.InvariantCulture) ?? "unknown";

    private static string Versions(ComparisonSide side) => string.Join(", ", side.Cells.Select(cell => cell.Version).Distinct());

    private static string Short(ComparedCell cell) =>
        cell.TraceDigest[..Math.Min(cell.DigestAlgorithm.Length + 1 + 12, cell.TraceDigest.Length)];

    private static string Counted(ImmutableArray<ComparedCell> cells, string side)
    {
        const int Named = 3;
        string names = string.Join("; ", cells.Take(Named).Select(cell => cell.ToString()));
        string rest = cells.Length > Named ? "; ..." : "";
        string cell = cells.Length == 1 ? "cell" : "cells";
        return string.Create(CultureInfo.InvariantCulture, $"{cells.Length} {cell} only in {side}: {names}{rest}");
    }
}

/// <summary>The same question, answered on both sides.</summary>
public sealed record CellPair(ComparedCell Base, ComparedCell Head)
{
    /// <summary>Whether the recordings differ, as far as digests show.</summary>
    public bool IsOtherRecording => Base.TraceDigest != Head.TraceDigest && !HasOtherAlgorithm;

    /// <summary>Whether they differ and have the same name.</summary>
    public bool IsMadeAnew => IsOtherRecording && Base.Trace == Head.Trace;

    /// <summary>Whether the policy comes from a file that changed.</summary>
    public bool HasOtherPolicyFile => Base.PolicyOrigin is { } before && Head.PolicyOrigin is { } after && before != after;

    /// <summary>Whether the cost model of the same name has other figures.</summary>
    public bool HasOtherCosts => Base.CostFingerprint is { } before && Head.CostFingerprint is { } after && before != after;

    /// <summary>
    /// Whether figures differ and another version of the engine, or of a policy of the catalogue, made them. For a policy from a file, the
    /// user sets the version.
    /// </summary>
    public bool IsOutdated => HasOtherVersion && Base.Metrics.Any(pair =>
        pair.Value is { } before && Head.Metrics.GetValueOrDefault(pair.Key) is { } after && before != after);

    private bool HasOtherVersion => Base.EngineVersion != Head.EngineVersion
        || (Base.PolicyVersion != Head.PolicyVersion && string.IsNullOrEmpty(Base.PolicyOrigin) && string.IsNullOrEmpty(Head.PolicyOrigin));

    /// <summary>Whether the two digests use different algorithms, so they cannot be compared.</summary>
    public bool HasOtherAlgorithm => Base.DigestAlgorithm != Head.DigestAlgorithm;
}
