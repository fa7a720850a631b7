using ForkTrace.Events;
using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Formats.Text.TraceCmdReport;

/// <summary>What trace-cmd report prints besides events: the number of CPUs, empty CPUs, gaps, with --debug the pages.</summary>
internal sealed class ReportNotes : ITextNotes
{
    private int _cpus;

    public TraceFacts Facts(LineShape shape) => new()
    {
        Format = (shape & LineShape.FusedCpu) != 0 ? "trace-cmd report (-l)"
            : (shape & LineShape.Nanoseconds) != 0 ? "trace-cmd report (-t)"
            : "trace-cmd report",
        Cpus = _cpus,
    };

    // "<stack trace>" and the like: part of another event.
    public bool TryReadHeaded(in LineHead head, ReadOnlySpan<byte> rest, TextProgress progress) => true;

    public bool TryRead(ReadOnlySpan<byte> line, TextProgress progress)
    {
        if (line.StartsWith("cpus="u8))
        {
            int at = 5;
            if (TextNumbers.TryDigits(line, ref at, CpuStreams.CpusMax, out ulong cpus))
                _cpus = Math.Max(_cpus, (int)cpus);
            return true;
        }

        return LostLine.TryRead(line, progress)
            || line.StartsWith("version = "u8)
            || (line.StartsWith("CPU "u8) && line.EndsWith(" is empty"u8))
            || (line.StartsWith("CPU:"u8) && line.IndexOf(" [SUBBUFFER START]"u8) > 0)
            || line.TrimStart((byte)' ').StartsWith("=>"u8);
    }
}
