using System.Text.Json.Serialization;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Cli.Commands;

/// <summary>The output of <c>compare --json</c> and <c>ci --json</c>.</summary>
internal sealed record ComparisonDocument(
    string? Base, string Head, bool Regressed, bool Outdated, string[] OtherRecordings, string[] Notes, int SharedCells, string[] OnlyInBase, string[] OnlyInHead,
    ChangeDocument[] Changes, VerdictDocument[] Verdicts, ReasonDocument[] Reasons,
    PolicyVerdictDocument[] Rules)
{
    public static ComparisonDocument Of(JudgedComparison judged)
    {
        ResultComparison comparison = judged.Comparison;
        return new ComparisonDocument(
            comparison.IsAlone ? null : comparison.Base.Name,
            comparison.Head.Name,
            judged.IsRegressed,
            judged.IsOutdated,
            [.. judged.ForbiddenRecordings],
            [.. judged.Notes],
            comparison.Pairs.Length,
            [.. comparison.OnlyInBase.Select(cell => cell.Id)],
            [.. comparison.OnlyInHead.Select(cell => cell.Id)],
            [.. comparison.Changes.Select(change => new ChangeDocument(change))],
            [.. judged.Verdicts.Select(verdict => new VerdictDocument(verdict))],
            [.. judged.Reasons().SelectMany(reason => reason).Select(shift => new ReasonDocument(shift))],
            [.. judged.PolicyVerdicts.Select(verdict => new PolicyVerdictDocument(verdict))]);
    }
}

/// <summary>Identifies the cell that an entry is about.</summary>
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

/// <summary>The verdict of a rule between policies on one recording, or over all.</summary>
internal sealed class PolicyVerdictDocument(PolicyVerdict verdict)
{
    public string Rule { get; } = verdict.Rule.Text;

    /// <summary>The recording; null over all.</summary>
    public string? Trace { get; } = verdict.Rule.IsOverAll ? null : verdict.Scope;

    public string Verdict { get; } = verdict.Word;

    public string? Missing { get; } = verdict.Missing;

    public double? Difference { get; } = verdict.Margin?.Difference;

    public double? HalfWidth { get; } = verdict.Margin?.HalfWidth;

    /// <summary>Whether the difference could also be 0 or have the other sign, as far as is known.</summary>
    public bool? Open { get; } = verdict.Margin?.IsOpen;

    public RuleFigureDocument[] Figures { get; } = [.. verdict.Figures.Select(figure => new RuleFigureDocument(figure))];

    public RuleMissesDocument[] Misses { get; } = [.. verdict.Misses().Select(shift => new RuleMissesDocument(shift.Cause, shift.Head, shift.Base))];
}

internal sealed class RuleFigureDocument(RuleFigure figure)
{
    public string Policy { get; } = figure.Policy;

    public string Metric { get; } = figure.Metric;

    public double Value { get; } = figure.Value;

    public double Low { get; } = figure.Low;

    public double High { get; } = figure.High;

    public string[] Cells { get; } = [.. figure.Cells.Select(cell => cell.Id)];
}

/// <summary>Share of forks that missed for a cause, under the first and the last policy of the rule.</summary>
internal sealed record RuleMissesDocument(string Cause, double First, double Last);
