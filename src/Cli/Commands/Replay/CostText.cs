using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Explains the nanoseconds in a table: which are modelled and from which prices, which are lower bounds, and how long forks took in the
/// recording.
/// </summary>
internal static class CostText
{
    /// <summary>The lines about the cost model, above the table.</summary>
    public static void WriteHead(LabelledLines lines, ReplayConditions conditions, ImmutableArray<CellResult> results)
    {
        CostModel model = conditions.Costs;
        string usual = model.Name == CostModelCatalog.Default ? " (default)" : "";
        lines.Add("costs", $"modelled by {model.Name}{usual}; its prices are {Basis(model)}");
        CellResult[] answered = [.. results.Where(result => result.Unmet is null)];
        string[] unpriced = Parts(model, answered.SelectMany(result => result.CreateJoinUnpriced));
        if (unpriced.Length > 0)
            lines.Add("costs", $">= is a lower bound: no price is known for {string.Join(", ", unpriced)}");

        string[] others = [.. answered.Where(result => result.IsOtherEra).Select(result => result.Policy).Distinct()];
        if (others.Length > 0)
            lines.Add("era", $"{model.Name} is of kernels {model.Kernels}; these clear or charge stacks otherwise: {string.Join(", ", others)}");
    }

    /// <summary>The table of times that were measured in the recording; nothing if none were.</summary>
    public static void WriteMeasured(Terminal terminal, ImmutableArray<ForkLatency> sorts)
    {
        if (sorts.IsEmpty)
            return;
        bool hasShares = sorts.Any(sort => sort.CopyShare is not null);
        TextTable table = new();
        table.AddColumn("Measured");
        table.AddColumn("Kind");
        table.AddColumn("Stack");
        foreach (string title in new[] { "Forks", "Time mean", "p50", "p90", "p99" })
            table.AddColumn(title, isNumber: true);
        if (hasShares)
            table.AddColumn("copy_process", isNumber: true);
        foreach (ForkLatency sort in sorts)
        {
            string[] share = [sort.CopyShare is { } known ? Readable.Share(known) : "-"];
            table.AddRow(
            [
                sort.Measure,
                sort.Kind,
                sort.Outcome,
                Readable.Count(sort.Times.Count),
                Readable.Duration(sort.Times.MeanNs),
                Readable.Duration(sort.Times.QuantileNs(0.5)),
                Readable.Duration(sort.Times.QuantileNs(0.9)),
                Readable.Duration(sort.Times.QuantileNs(0.99)),
                .. hasShares ? share : [],
            ]);
        }

        terminal.Out.WriteLine();
        table.Write(terminal);
        string calls = sorts.Any(sort => sort.Measure == "system_call") ? "; system_call: from entry to exit of clone, clone3, fork" : "";
        terminal.WriteWrapped(
            $" measured in the recording: getting a stack is a part of it. copy_process: from the task_struct's allocation to task_newtask{calls}",
            indent: 1);
    }

    /// <summary>A cost, with a mark if it is a lower bound.</summary>
    public static string Cost(double costNs, bool isBound) => isBound ? $">= {Readable.Duration(costNs)}" : Readable.Duration(costNs);

    /// <summary>The difference to pages, with a mark if it is a bound.</summary>
    public static string ToPages(CellResult result) => result.DifferenceToPagesNs is { } differenceNs
        ? $"{result.DifferenceToPagesBound} {Readable.Difference(differenceNs)}".TrimStart()
        : "-";

    /// <summary>The interval of the mean cost.</summary>
    public static string Interval(CostInterval? interval) => interval is { } known
        ? $"{Readable.Duration(known.LowNs)} to {Readable.Duration(known.HighNs)}"
        : "-";

    private static string Basis(CostModel model) => model.Basis == "input"
        ? "input, not result: To pages is what was put in"
        : $"{model.Basis.Replace(", ", " and ", StringComparison.Ordinal)} (forktrace list cost-models says which)";

    private static string[] Parts(CostModel model, IEnumerable<string> names) =>
        [.. model.Parts.Select(part => part.Name).Intersect(names)];
}
