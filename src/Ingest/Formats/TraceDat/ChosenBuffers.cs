using System.Collections.Immutable;
using ForkTrace.Events;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>The ring buffers that are to be read of a recording with several.</summary>
internal static class ChosenBuffers
{
    /// <summary>The buffers of those names, or all; rejects a name that the recording has not, with those it has.</summary>
    public static IReadOnlyList<TraceDatBuffer> Of(TraceDatHead head, ImmutableArray<string> names, List<ImportIssue> issues)
    {
        if (names.IsEmpty)
            return head.Buffers;
        foreach (string name in names)
        {
            if (!head.Buffers.Any(buffer => NameOf(buffer) == name))
            {
                string known = string.Join(", ", head.Buffers.Select(NameOf));
                throw new IngestException("unknown_instance", $"the recording has no ring buffer '{name}'; it has {known}");
            }
        }

        string[] others = [.. head.Buffers.Where(buffer => buffer.HasData && !names.Contains(NameOf(buffer))).Select(NameOf)];
        if (others.Length > 0)
        {
            issues.Add(new ImportIssue(
                IssueSeverity.Information,
                "instances_left_out",
                $"Ring buffers that were not asked for were left out: {string.Join(", ", others)}.",
                others.Length));
        }

        return [.. head.Buffers.Where(buffer => names.Contains(NameOf(buffer)))];
    }

    private static string NameOf(TraceDatBuffer buffer) => buffer.Name.Length == 0 ? IngestOptions.TopInstance : buffer.Name;
}
