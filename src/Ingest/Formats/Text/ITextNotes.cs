using ForkTrace.Events;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>What one kind of text says besides its events: headers, gaps, decoration.</summary>
internal interface ITextNotes
{
    /// <summary>Format, kernel, machine, clock, CPUs and recorder as the text tells them, and issues of its own.</summary>
    /// <param name="shape">All that the heads of the event lines had.</param>
    TraceFacts Facts(LineShape shape);

    /// <summary>Reads a line that is no event line; false if it is not known what it is.</summary>
    bool TryRead(ReadOnlySpan<byte> line, TextProgress progress);

    /// <summary>Reads a line that has a head but names no event; false if it is not known what it is.</summary>
    bool TryReadHeaded(in LineHead head, ReadOnlySpan<byte> rest, TextProgress progress);
}
