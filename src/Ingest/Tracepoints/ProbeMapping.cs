using System.Collections.Immutable;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>What one tracepoint, kprobe or uprobe means.</summary>
/// <param name="System">System of the event, e.g. <c>gt</c>, <c>kprobes</c>, <c>vmalloc</c>.</param>
/// <param name="Name">Name of the event.</param>
/// <param name="Meaning">What it says of the stack cache.</param>
/// <param name="Conditions">Conditions on its fields: all must hold.</param>
/// <param name="Tid">Field with the tid that it is about; null for the thread that it was recorded in.</param>
/// <param name="Cpu">Field with the CPU that it is about; null for the CPU that it was recorded on.</param>
public sealed record ProbeMapping(
    string System, string Name, ProbeMeaning Meaning, ImmutableArray<ProbeCondition> Conditions, string? Tid, string? Cpu)
{
    /// <summary><c>system:name</c>.</summary>
    public string Event => $"{System}:{Name}";

    /// <summary>Names of the fields that it reads.</summary>
    public IEnumerable<string> Fields =>
        Conditions.Select(condition => condition.Field).Concat(((string?[])[Tid, Cpu]).OfType<string>()).Distinct(StringComparer.Ordinal);
}
