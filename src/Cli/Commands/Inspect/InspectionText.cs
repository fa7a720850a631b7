using System.Text.Json.Serialization;
using ForkTrace.Analytics.Fleet;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Commands;

/// <summary>The text output of <c>inspect</c>.</summary>
internal static class InspectionText
{
    // A recorder's filters can fill a screen; --wide shows them.
    private const int RecorderLinesMax = 2;

    public static void Write(Terminal terminal, TraceInspection inspection)
    {
        LabelledLines lines = new(terminal);
        FactsText.WriteHead(lines, inspection.Facts);
        KernelText.WriteBuild(lines, inspection.Facts);
        if (ResultsFolder.HostOf(inspection.Facts, null) is { } host)
            lines.Add("host", host);
        string recorder = WrappedText.Shorten(inspection.Facts.Recorder, terminal.Width * RecorderLinesMax);
        lines.Add("recorded by", recorder.Length == 0 ? "unknown command" : recorder);
        string rate = inspection.ForksPerSecond is > 0 and var perSecond ? $", {Readable.Rate(perSecond)}" : "";
        lines.Add("forks", $"{Readable.Count(inspection.Forks)}{rate}");
        lines.Add("tasks", Readable.Count(inspection.Facts.Tasks));
        lines.Add("lifetimes", Lifetimes(inspection.Lifetimes));
        FactsText.WriteEvents(lines, inspection.Facts);
        EvidenceText.Write(lines, inspection.Evidence);
        foreach (string hint in inspection.RcuHints)
            lines.Add("hint", hint);
        if (inspection.Record is { } record)
        {
            lines.AddCommand("record", record.TraceCmd);
            lines.AddCommand("or", record.Perf);
        }

        FactsText.WriteProblems(lines, inspection.Facts);
    }

    private static string Lifetimes(LifetimeSummary lifetimes)
    {
        if (lifetimes.Tasks == 0)
            return "unknown: no task has both its birth and its last switch in the trace";
        string percentiles = $"p50 {Readable.Duration(lifetimes.P50Ns)}, p99 {Readable.Duration(lifetimes.P99Ns)}";
        return $"{percentiles} (of {FactsText.Counted(lifetimes.Tasks, "task")})";
    }
}

/// <summary>Shows a person the events that stack operations are known from, and what is missing.</summary>
internal static class EvidenceText
{
    public static void Write(LabelledLines lines, TraceEvidence evidence)
    {
        foreach (OperationSource source in evidence.Operations)
        {
            string from = source.Event is null ? "" : $" {source.Event},";
            string known = EvidenceNames.Of(source.Evidence);
            lines.Add("evidence", $"{EvidenceNames.Of(source.Operation),-15}{known}:{from} {source.Explanation}");
        }

        foreach (MissingEvent missing in evidence.Missing)
            lines.Add("missing", $"{missing.Event}: {missing.Gain}");
        if (evidence.Missing.IsEmpty)
            lines.Add("missing", "nothing");
    }
}

/// <summary>The output of <c>inspect --json</c>.</summary>
internal sealed record InspectionDocument : FactsDocument
{
    public InspectionDocument(TraceInspection inspection)
        : base(inspection.Facts, inspection.Evidence)
    {
        LifetimeSummary lifetimes = inspection.Lifetimes;
        bool isKnown = lifetimes.Tasks > 0;
        Forks = inspection.Forks;
        ForksPerSecond = inspection.ForksPerSecond;
        LifetimeNs = new LifetimeDocument(lifetimes.Tasks, isKnown ? lifetimes.P50Ns : null, isKnown ? lifetimes.P99Ns : null);
        Record = inspection.Record;
        Hints = [.. inspection.RcuHints];
    }

    [JsonPropertyOrder(1)]
    public long Forks { get; }

    [JsonPropertyOrder(1)]
    public double? ForksPerSecond { get; }

    [JsonPropertyOrder(1)]
    public LifetimeDocument LifetimeNs { get; }

    [JsonPropertyOrder(1)]
    public BetterRecording? Record { get; }

    [JsonPropertyOrder(1)]
    public string[] Hints { get; }
}

internal sealed record LifetimeDocument(long Tasks, long? P50, long? P99);
