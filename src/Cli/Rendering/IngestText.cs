using ForkTrace.Events;
using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>ingest</c> says to a person.</summary>
internal static class IngestText
{
    public static void Write(TextWriter text, TraceFacts facts, TraceEvidence evidence, string output)
    {
        LabelledLines lines = new(text);
        FactsText.WriteHead(lines, facts);
        FactsText.WriteEvents(lines, facts);
        EvidenceText.Write(lines, evidence);
        FactsText.WriteProblems(lines, facts);
        lines.Add("wrote", output);
    }
}
