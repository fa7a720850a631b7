using ForkTrace.Events;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Notices what <c>cat a.dat b.dat</c> makes: everything in the second recording is behind what the first one's head names.</summary>
internal static class SecondRecording
{
    private const int PieceBytes = 1 << 20;

    /// <summary>A loss of data if another recording begins behind the data of CPUs (version 7 has its last options there); else null.</summary>
    public static ImportIssue? Issue(TraceInput input, TraceDatHead head)
    {
        long end = head.Buffers.SelectMany(buffer => buffer.Cpus).Select(cpu => cpu.Offset + cpu.Bytes).DefaultIfEmpty(input.Length).Max();
        for (long offset = Math.Max(end, 1); offset < input.Length; offset += PieceBytes)
        {
            // Pieces overlap by the magic's length, so that none lies between two.
            ReadOnlySpan<byte> piece = input.SliceUpTo(offset, PieceBytes + TracingData.Magic.Length);
            int at = piece.IndexOf(TracingData.Magic);
            if (at >= 0)
            {
                return new ImportIssue(
                    IssueSeverity.DataLoss,
                    "several_recordings",
                    $"Another recording begins at byte {offset + at} of the file: only the first was read. Give each as a file of its own.",
                    1);
            }
        }

        return null;
    }
}
