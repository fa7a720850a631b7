using ForkTrace.Ingest.Formats.Text.FunctionGraph;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Recognises the format of a text by the first line that only one format can have. There is one decision for all text formats, so that two
/// cannot accept the same input.
/// </summary>
internal static class TextProbe
{
    // Binary formats have a NUL in their header. Texts have none, because their printers end strings at a NUL.
    private const int TextBytesMin = 64;

    // A head that ends within this column can only be part of a comm.
    private const int CommColumn = 16;

    public static TextKind Classify(ReadOnlySpan<byte> prefix)
    {
        if (prefix[..Math.Min(prefix.Length, TextBytesMin)].Contains((byte)0))
            return TextKind.None;
        if (SystracePage.IsPage(prefix) || FunctionGraphReader.Sniff(prefix))
            return TextKind.Ftrace;
        while (!prefix.IsEmpty)
        {
            int end = prefix.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? prefix : prefix[..end];
            prefix = end < 0 ? default : prefix[(end + 1)..];
            TextKind kind = OfLine(line.TrimEnd((byte)'\r'));
            if (kind != TextKind.None)
                return kind;
        }

        return TextKind.None;
    }

    private static TextKind OfLine(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("# tracer:"u8) || line.SequenceEqual("TRACE:"u8))
            return TextKind.Ftrace;
        if (line.StartsWith("# ========"u8))
            return TextKind.PerfScript;
        if ((line.StartsWith("cpus="u8) && line.Length > 5 && line[5..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
            || line.StartsWith("version = "u8) || (line.StartsWith("CPU:"u8) && line.EndsWith(" DROPPED]"u8)))
        {
            return TextKind.TraceCmdReport;
        }

        if (line.StartsWith("CPU:"u8) && line.EndsWith(" EVENTS]"u8))
            return TextKind.Ftrace;
        return OfEventLine(line);
    }

    // A comm can contain text that looks like a head: before the true head if it is the running thread's comm, after it in a body.
    private static TextKind OfEventLine(ReadOnlySpan<byte> line)
    {
        bool isDash = DashGrammar.TryReadHead(line, out LineHead dash);
        bool isPerf = PerfGrammar.TryReadHead(line, out LineHead perf)
            && (IsPerfEvent(line[perf.EventAt..]) || (!isDash && PerfGrammar.TrySplitEvent(line[perf.EventAt..], out _, out _)));
        if (!isDash || !isPerf)
            return isPerf ? TextKind.PerfScript : isDash && !IsPerfEvent(line[dash.EventAt..]) ? TextKind.Ftrace : TextKind.None;
        if (dash.EventAt <= CommColumn || perf.EventAt <= CommColumn)
            return dash.EventAt > perf.EventAt ? TextKind.Ftrace : TextKind.PerfScript;
        return dash.EventAt < perf.EventAt ? TextKind.Ftrace : TextKind.PerfScript;
    }

    // perf prints the system before a tracepoint's name.
    private static bool IsPerfEvent(ReadOnlySpan<byte> rest) =>
        rest.TrimStart((byte)' ').StartsWith("PERF_RECORD_"u8)
        || (PerfGrammar.TrySplitEvent(rest, out ReadOnlySpan<byte> name, out _) && name.Contains((byte)':'));
}

/// <summary>The format of a text, by its first lines.</summary>
internal enum TextKind
{
    None,
    Ftrace,
    TraceCmdReport,
    PerfScript,
}

/// <summary>
/// Pages from Android's systrace: a viewer with the kernel's text in script elements of class trace-data, or in a script's variable in old
/// pages.
/// </summary>
internal static class SystracePage
{
    private const int WindowBytes = 1 << 20;

    private static ReadOnlySpan<byte> Variable => "linuxPerfData = \"\\\n"u8;

    private static ReadOnlySpan<byte> Marker => "class=\"trace-data\""u8;

    /// <summary>True if a file that begins with <paramref name="prefix"/> is a page with a trace.</summary>
    public static bool IsPage(ReadOnlySpan<byte> prefix)
    {
        ReadOnlySpan<byte> start = prefix.TrimStart("\r\n\t "u8);
        return (BeginsWith(start, "<!doctype html"u8) || BeginsWith(start, "<html"u8))
            && (prefix.IndexOf("trace"u8) >= 0 || prefix.IndexOf("Trace"u8) >= 0);
    }

    private static bool BeginsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> beginning) =>
        text.Length >= beginning.Length && Ascii.EqualsIgnoreCase(text[..beginning.Length], beginning);

    /// <summary>The ranges of the kernel's text in the page. Rejects a page without text.</summary>
    public static IReadOnlyList<(long Start, long End)> FindTraces(TraceInput input)
    {
        List<(long Start, long End)> traces = [];
        InputWindow window = new(input);
        for (long at = 0; (at = Find(window, at, Marker)) >= 0;)
        {
            long start = Find(window, at, ">"u8);
            if (start < 0)
                break;
            long end = Find(window, start, "</script>"u8);
            end = end < 0 ? input.Length : end - "</script>".Length;
            if (input.SliceUpTo(start, 64).TrimStart("\r\n\t \\"u8).StartsWith("#"u8))
                traces.Add((start, end));
            at = end;
        }

        if (traces.Count == 0 && Find(window, 0, Variable) is >= 0 and long text)
            traces.Add((text, EndOfVariable(input, window, text)));
        if (traces.Count == 0)
            Reject.Unsupported("the page has no kernel trace as text (script elements of class trace-data)");
        return traces;
    }

    // The text ends before the last line, which has only blanks.
    private static long EndOfVariable(TraceInput input, InputWindow window, long start)
    {
        const int BlanksMax = 64;
        long end = Find(window, start, "\\n\";"u8);
        if (end < 0)
            return input.Length;
        end -= "\\n\";".Length;
        long before = Math.Max(start, end - BlanksMax);
        return before + input.Slice(before, end - before, "the end of the trace").TrimEnd((byte)' ').Length;
    }

    // Offset after the next occurrence; -1 if there is none.
    private static long Find(InputWindow window, long from, ReadOnlySpan<byte> wanted)
    {
        for (long at = from; at < window.Input.Length; at += WindowBytes - wanted.Length)
        {
            int found = window.SliceUpTo(at, WindowBytes).IndexOf(wanted);
            if (found >= 0)
                return at + found + wanted.Length;
        }

        return -1;
    }
}
