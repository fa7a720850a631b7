using System.Text.Json.Serialization;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Cli.Commands;

/// <summary>What <c>compare --json</c> and <c>ci --json</c> say.</summary>
internal sealed record ComparisonDocument(
    string Base, string Head, bool Regressed, string[] Notes, int SharedCells, string[] OnlyInBase, string[] OnlyInHead,
    ChangeDocument[] Changes, VerdictDocument[] Verdicts, ReasonDocument[] Reasons)
{
    public static ComparisonDocument Of(JudgedComparison judged)
    {
        ResultComparison comparison = judged.Comparison;
        return new ComparisonDocument(
            comparison.Base.Name,
            comparison.Head.Name,
            judged.IsRegressed,
            [.. judged.Notes],
            comparison.Pairs.Length,
            [.. comparison.OnlyInBase.Select(cell => cell.Id)],
            [.. comparison.OnlyInHead.Select(cell => cell.Id)],
            [.. comparison.Changes.Select(change => new ChangeDocument(change))],
            [.. judged.Verdicts.Select(verdict => new VerdictDocument(verdict))],
            [.. judged.Reasons().SelectMany(reason => reason).Select(shift => new ReasonDocument(shift))]);
    }
}

/// <summary>Which cell something is said of.</summary>
internal record CellDocument(ComparedCell Of)
{
    [JsonIgnore]
    public ComparedCell Of { get; } = Of;

    public string Cell => Of.Id;

    public string Trace => Of.Trace;

    public string Policy => Of.Policy;

    public string Parameters => Of.Parameters;

    public string CostModel => Of.CostModel;

    public string Seed => Of.Seed;

    private protected static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;
}

internal sealed record ChangeDocument : CellDocument
{
    public ChangeDocument(MetricChange change)
        : base(change.Cell)
    {
        Metric = change.Metric;
        Base = Finite(change.Base);
        Head = Finite(change.Head);
        Difference = Finite(change.Difference);
        Ratio = Finite(change.Ratio);
    }

    [JsonPropertyOrder(1)]
    public string Metric { get; }

    [JsonPropertyOrder(1)]
    public double? Base { get; }

    [JsonPropertyOrder(1)]
    public double? Head { get; }

    [JsonPropertyOrder(1)]
    public double? Difference { get; }

    [JsonPropertyOrder(1)]
    public double? Ratio { get; }
}

internal sealed record VerdictDocument : CellDocument
{
    public VerdictDocument(Verdict verdict)
        : base(verdict.Cell)
    {
        Metric = verdict.Metric;
        Base = Finite(verdict.Base);
        Head = Finite(verdict.Head);
        Limit = verdict.Limit.ToString();
        Verdict = verdict.Word;
    }

    [JsonPropertyOrder(1)]
    public string Metric { get; }

    [JsonPropertyOrder(1)]
    public double? Base { get; }

    [JsonPropertyOrder(1)]
    public double? Head { get; }

    [JsonPropertyOrder(1)]
    public string Limit { get; }

    [JsonPropertyOrder(1)]
    public string Verdict { get; }
}

internal sealed record ReasonDocument : CellDocument
{
    public ReasonDocument(MissShift shift)
        : base(shift.Cell)
    {
        Cause = shift.Cause;
        Base = shift.Base;
        Head = shift.Head;
    }

    [JsonPropertyOrder(1)]
    public string Cause { get; }

    [JsonPropertyOrder(1)]
    public double Base { get; }

    [JsonPropertyOrder(1)]
    public double Head { get; }
}
