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

/// <summary>
/// The lines that stand where events are missing: the kernel's "CPU:3 [LOST 1234 EVENTS]" and "CPU:3 [LOST EVENTS]" (kernel/trace/trace.c,
/// print_trace_line), trace-cmd's "CPU:3 [1234 EVENTS DROPPED]" and "CPU:3 [EVENTS DROPPED]".
/// </summary>
internal static class LostLine
{
    /// <summary>Opens the gap that the line tells of; false if it is another line.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, TextProgress progress)
    {
        int at = 4;
        if (!line.StartsWith("CPU:"u8) || !TextNumbers.TryDigits(line, ref at, Columns.CpuStreams.CpusMax - 1, out ulong cpu))
            return false;
        ReadOnlySpan<byte> rest = line[at..];
        bool isLost = rest.StartsWith(" [LOST "u8) && rest.EndsWith("EVENTS]"u8);
        bool isDropped = rest.StartsWith(" ["u8) && rest.EndsWith("EVENTS DROPPED]"u8);
        if (!isLost && !isDropped)
            return false;
        int digits = isLost ? 7 : 2;
        long events = TextNumbers.TryDigits(rest, ref digits, long.MaxValue, out ulong count) ? (long)count : -1;
        progress.Losses.Open((int)cpu, progress.Streams.LastNs((int)cpu), events);
        return true;
    }
}
