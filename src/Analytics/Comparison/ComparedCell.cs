using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Analytics.Comparison;

/// <summary>A cell's figures in one of the two sides of a comparison.</summary>
/// <param name="Id">Stable id of trace x policy x parameters x cost model x seed.</param>
/// <param name="Trace">File name of the recording.</param>
/// <param name="TraceDigest">Its digest, behind the algorithm's name and a colon.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Parameters">All parameters, as <c>param=value,...</c>.</param>
/// <param name="CostModel">Name of the cost model.</param>
/// <param name="Seed">Seed of cost draws and of the grace-period model.</param>
/// <param name="Version">Version of ForkTrace that replayed it.</param>
/// <param name="Grade">How far it rests on the recording; null where there is no answer.</param>
/// <param name="Unmet">Why there is no answer; null if there is one.</param>
/// <param name="Metrics">Every figure by its column's name; null where there is none.</param>
public sealed record ComparedCell(
    string Id,
    string Trace,
    string TraceDigest,
    string Policy,
    string Parameters,
    string CostModel,
    string Seed,
    string Version,
    string? Grade,
    string? Unmet,
    ImmutableDictionary<string, double?> Metrics)
{
    /// <summary>Version of the policy's behaviour; null in results from before it was stored.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>Version of the engine's behaviour, for every policy; null as above.</summary>
    public int? EngineVersion { get; init; }

    /// <summary>
    /// sha256 of the policy's file; empty for policies of the catalogue, null in results from before it was stored.
    /// </summary>
    public string? PolicyOrigin { get; init; }

    /// <summary>Fingerprint of the cost model's figures; null in results from before it was stored.</summary>
    public string? CostFingerprint { get; init; }

    /// <summary>The alias by which the policy was requested (<c>linux</c>), or null.</summary>
    public string? AskedFor { get; init; }

    /// <summary>The conditions of the replay that are not the default, as <c>name=value; ...</c>. Empty if all are.</summary>
    public string Conditions { get; init; } = "";

    /// <summary>Name of the algorithm of <see cref="TraceDigest"/>.</summary>
    internal string DigestAlgorithm => TraceDigest[..Math.Max(0, TraceDigest.IndexOf(':', StringComparison.Ordinal))];

    /// <summary>Two cells with equal keys answer the same question, even if the recordings of that name differ.</summary>
    internal (string Trace, string Policy, string Parameters, string CostModel, string Seed, string Conditions) Question =>
        (Trace, Policy, Parameters, CostModel, Seed, Conditions);

    /// <summary><c>linux-5.18:capacity=2</c>.</summary>
    public string PolicyText => Parameters.Length == 0 ? Policy : $"{Policy}:{Parameters}";

    /// <summary>For a person: <c>make.dat linux-5.18:capacity=2</c>.</summary>
    public override string ToString() => $"{Trace} {PolicyText}";
}

/// <summary>A figure that differs. Simulated figures are compared exactly: the same trace, plan and version give the same bits.</summary>
/// <param name="Cell">The cell, as the head has it.</param>
/// <param name="Metric">Column of the database.</param>
/// <param name="Base">Before; null where there was none.</param>
/// <param name="Head">After; null where there is none.</param>
public sealed record MetricChange(ComparedCell Cell, string Metric, double? Base, double? Head)
{
    /// <summary>Head minus base; null if either is missing.</summary>
    public double? Difference => Head - Base;

    /// <summary>Difference divided by base; null if either is missing or base is 0.</summary>
    public double? Ratio => Base is null or 0 ? null : Difference / Math.Abs(Base.Value);

    /// <summary>
    /// Size of the change, from 0 to 2: for a share, the difference; for others, the difference divided by the larger figure. A figure that only
    /// one side has counts as 0.
    /// </summary>
    public double Size => Difference is not { } difference ? 0
        : FigureText.UnitOf(Metric) == FigureUnit.Share ? Math.Abs(difference)
        : Math.Abs(difference) / Math.Max(Math.Abs(Base!.Value), Math.Abs(Head!.Value));
}

/// <summary>The conditions of a compared cell as one text, <c>column=value; ...</c>: those that are not the default.</summary>
internal static class ComparedConditions
{
    private const string Separator = "; ";

    /// <summary>The text of columns and what they hold.</summary>
    public static string Text(IEnumerable<(string Column, string? Value)> columns) => string.Join(
        Separator,
        columns.Where(pair => pair.Value is { } text && !(CellConditions.Of(pair.Column) is { } known && CellConditions.IsDefault(known, text)))
            .Select(pair => $"{pair.Column}={pair.Value}"));

    /// <summary>A text that an older ForkTrace wrote, which named a default.</summary>
    public static string WithoutDefaults(string text) => Text(Parts(text).Select(pair => (pair.Key, (string?)pair.Value)));

    /// <summary>The conditions in which two texts differ.</summary>
    public static ImmutableArray<ConditionDefinition> Differing(string before, string after)
    {
        Dictionary<string, string> first = Parts(before);
        Dictionary<string, string> second = Parts(after);
        return [.. ConditionDefinition.Kept.Where(condition =>
            first.GetValueOrDefault(condition.Column!.Name) != second.GetValueOrDefault(condition.Column.Name))];
    }

    private static Dictionary<string, string> Parts(string text)
    {
        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        foreach (string part in text.Split(Separator, StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            parts[equals < 0 ? part : part[..equals]] = equals < 0 ? "" : part[(equals + 1)..];
        }

        return parts;
    }
}
