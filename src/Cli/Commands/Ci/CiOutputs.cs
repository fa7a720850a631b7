using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Commands;

/// <summary>The files that ci writes. All are checked before the first is written. The baseline is null if it is only read.</summary>
internal sealed record CiOutputs(
    string Folder, OutputFile Database, HtmlPage Page, OutputFile Summary, OutputFile Junit, OutputFile Comparison, OutputFile? Baseline)
{
    /// <summary>Checks the files.</summary>
    /// <param name="plan">The plan. All files that it names are inputs.</param>
    /// <param name="folder">The folder, if it is not the plan's own.</param>
    /// <param name="isUpdate">True if the baseline is written, false if it is read.</param>
    /// <param name="begin">Begins a set of outputs for the given inputs.</param>
    /// <exception cref="OutputException">A file would be lost, or cannot be written.</exception>
    /// <exception cref="UsageException">There is no baseline to compare with.</exception>
    public static CiOutputs Of(CiPlan plan, string? folder, bool isUpdate, Func<IEnumerable<string>, OutputSet> begin)
    {
        if (!isUpdate && plan.NeedsBaseline && !File.Exists(plan.Baseline))
            throw new UsageException($"there is no baseline {plan.Baseline}: forktrace ci --update-baseline makes one; commit it");
        IEnumerable<string> settings = plan.Settings.Values.SelectMany(values => values).Select(value => Path.Combine(plan.Folder, value));
        OutputSet outputs = begin([.. plan.Traces, .. settings, .. isUpdate ? [] : (string[])[plan.Baseline]]);
        string into = folder ?? plan.Output;
        outputs.AddFolder(into);
        OutputFile? baseline = isUpdate ? outputs.Add(plan.Baseline, OutputForm.Baseline) : null;
        OutputFile database = outputs.Add(Path.Combine(into, "results.duckdb"), OutputForm.Database);
        if (database.HasOlder && !outputs.IsForced)
            ResultsDatabase.RequireResults(database.Path);
        return new CiOutputs(
            into,
            database,
            HtmlPage.At(outputs, Path.Combine(into, "report.html")),
            outputs.Add(Path.Combine(into, "summary.md"), OutputForm.Summary),
            outputs.Add(Path.Combine(into, "junit.xml"), OutputForm.Junit),
            outputs.Add(Path.Combine(into, "comparison.json"), OutputForm.Comparison),
            baseline);
    }
}
