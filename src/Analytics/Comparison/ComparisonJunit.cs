using System.Xml;

namespace ForkTrace.Analytics.Comparison;

/// <summary>Verdicts as a JUnit report: a suite a recording, a case for each limit, as CI servers show them.</summary>
public static class ComparisonJunit
{
    private static readonly XmlWriterSettings s_settings = new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };

    /// <summary>Writes it, UTF-8.</summary>
    public static void Write(JudgedComparison judged, Stream output)
    {
        ArgumentNullException.ThrowIfNull(judged);
        using XmlWriter xml = XmlWriter.Create(output, s_settings);
        Dictionary<ComparedCell, string> reasons = judged.Reasons().ToDictionary(
            reason => reason.Key, reason => $"forks that missed for {string.Join(", ", reason)}");
        xml.WriteStartElement("testsuites");
        WriteCounts(xml, "forktrace", judged.Verdicts);
        foreach (IGrouping<string, Verdict> trace in judged.Verdicts.GroupBy(verdict => verdict.Cell.Trace))
        {
            xml.WriteStartElement("testsuite");
            WriteCounts(xml, trace.Key, [.. trace]);
            foreach (Verdict verdict in trace)
                WriteCase(xml, verdict, reasons.GetValueOrDefault(verdict.Cell));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, string name, IReadOnlyCollection<Verdict> verdicts)
    {
        xml.WriteAttributeString("name", Allowed(name));
        xml.WriteAttributeString("tests", verdicts.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", verdicts.Count(verdict => verdict.IsRegression).ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteCase(XmlWriter xml, Verdict verdict, string? reason)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Allowed(verdict.Cell.ToString()));
        xml.WriteAttributeString("name", $"{verdict.Metric} {verdict.Limit}");
        if (verdict.IsRegression)
        {
            string before = FigureText.Of(verdict.Metric, verdict.Base);
            string after = FigureText.Of(verdict.Metric, verdict.Head);
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("type", verdict.Word);
            xml.WriteAttributeString("message", $"{verdict.Metric} was {before}, is {after}; limit {verdict.Limit}");
            xml.WriteString(reason ?? "");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    // XML has no way at all to write most control characters.
    private static string Allowed(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? "?" : rune.ToString()));
}
