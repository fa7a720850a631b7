using System.Xml;

namespace ForkTrace.Analytics.Comparison;

/// <summary>
/// Verdicts as a JUnit report for CI servers: one suite per recording with one case per limit, one suite for rules between policies, and one for
/// the baseline if something is wrong with it.
/// </summary>
public static class ComparisonJunit
{
    private static readonly XmlWriterSettings s_settings = new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };

    /// <summary>Writes it, UTF-8.</summary>
    public static void Write(JudgedComparison judged, Stream output)
    {
        ArgumentNullException.ThrowIfNull(judged);
        Suite[] suites = [.. Suites(judged).Where(suite => suite.Cases.Length > 0)];
        using XmlWriter xml = XmlWriter.Create(output, s_settings);
        xml.WriteStartElement("testsuites");
        WriteCounts(xml, "forktrace", [.. suites.SelectMany(suite => suite.Cases)]);
        foreach (Suite suite in suites)
        {
            xml.WriteStartElement("testsuite");
            WriteCounts(xml, suite.Name, suite.Cases);
            foreach (Case one in suite.Cases)
                Write(xml, one);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static IEnumerable<Suite> Suites(JudgedComparison judged)
    {
        Case[] outdated = judged.IsOutdated
            ? [new("engine version", "baseline", "error", "outdated", "results changed with the engine: remake the baseline", "")]
            : [];
        yield return new Suite(
            "baseline",
            [
                .. judged.ForbiddenRecordings.Select(trace => new Case(
                    $"recording of {trace}", "baseline", "failure", "other recording", $"{trace} is another recording than in the baseline", "")),
                .. outdated,
            ]);
        yield return new Suite("rules between policies", [.. judged.PolicyVerdicts.Select(CaseOf)]);
        Dictionary<ComparedCell, string> reasons = judged.Reasons().ToDictionary(
            reason => reason.Key, reason => $"forks that missed for {string.Join(", ", reason)}");
        foreach (IGrouping<string, Verdict> trace in judged.Verdicts.GroupBy(verdict => verdict.Cell.Trace))
            yield return new Suite(trace.Key, [.. trace.Select(verdict => CaseOf(verdict, reasons.GetValueOrDefault(verdict.Cell)))]);
    }

    private static Case CaseOf(PolicyVerdict verdict) => new(
        verdict.Rule.Text, verdict.Scope, verdict.IsBroken ? "failure" : null, verdict.Word,
        string.Join("; ", verdict.Figures.Select(figure => figure.ToString())), string.Join('\n', verdict.Lines()));

    private static Case CaseOf(Verdict verdict, string? reason)
    {
        string before = FigureText.Of(verdict.Metric, verdict.Base);
        string after = FigureText.Of(verdict.Metric, verdict.Head);
        return new Case(
            $"{verdict.Metric} {verdict.Limit}",
            verdict.Cell.ToString(),
            verdict.IsRegression ? "failure" : verdict.IsOutdated ? "skipped" : null,
            verdict.Word,
            $"{verdict.Metric} was {before}, is {after}; limit {verdict.Limit}",
            reason ?? "");
    }

    private static void WriteCounts(XmlWriter xml, string name, Case[] cases)
    {
        xml.WriteAttributeString("name", Allowed(name));
        xml.WriteAttributeString("tests", cases.Length.ToString(CultureInfo.InvariantCulture));
        WriteCount("failures", "failure");
        WriteCount("errors", "error");
        WriteCount("skipped", "skipped");

        void WriteCount(string attribute, string element) =>
            xml.WriteAttributeString(attribute, cases.Count(one => one.Element == element).ToString(CultureInfo.InvariantCulture));
    }

    private static void Write(XmlWriter xml, Case one)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Allowed(one.Class));
        xml.WriteAttributeString("name", Allowed(one.Name));
        if (one.Element is { } element)
        {
            xml.WriteStartElement(element);
            if (element != "skipped")
                xml.WriteAttributeString("type", one.Word);
            xml.WriteAttributeString("message", Allowed(one.Message));
            xml.WriteString(string.Join('\n', one.Text.Split('\n').Select(Allowed)));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    // XML cannot represent most control characters.
    private static string Allowed(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? "?" : rune.ToString()));

    private sealed record Suite(string Name, Case[] Cases);

    // Element: the child of a case that did not pass.
    private sealed record Case(string Name, string Class, string? Element, string Word, string Message, string Text);
}
