using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Rendering;

/// <summary>For a person: from which events a trace's stack operations are known, and what is missing.</summary>
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
