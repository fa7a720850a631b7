namespace ForkTrace.Ingest.Formats.Text;

/// <summary>Pages that Android's systrace wrote: a viewer with the kernel's text in script elements of class trace-data.</summary>
internal static class SystracePage
{
    private const int WindowBytes = 1 << 24;

    private static ReadOnlySpan<byte> Marker => "class=\"trace-data\""u8;

    /// <summary>True if a file that begins so is a page about a trace.</summary>
    public static bool IsPage(ReadOnlySpan<byte> prefix)
    {
        ReadOnlySpan<byte> start = prefix.TrimStart("\r\n\t "u8);
        return (start.StartsWith("<!DOCTYPE html"u8) || start.StartsWith("<!doctype html"u8) || start.StartsWith("<html"u8))
            && (prefix.IndexOf("trace"u8) >= 0 || prefix.IndexOf("Trace"u8) >= 0);
    }

    /// <summary>Where the kernel's text lies in the page; rejects a page without any.</summary>
    public static IReadOnlyList<(long Start, long End)> FindTraces(TraceInput input)
    {
        List<(long Start, long End)> traces = [];
        for (long at = 0; (at = Find(input, at, Marker)) >= 0;)
        {
            long start = Find(input, at, ">"u8);
            if (start < 0)
                break;
            long end = Find(input, start, "</script>"u8);
            end = end < 0 ? input.Length : end - "</script>".Length;
            if (input.SliceUpTo(start, 64).TrimStart("\r\n\t \\"u8).StartsWith("#"u8))
                traces.Add((start, end));
            at = end;
        }

        if (traces.Count == 0)
            Reject.Unsupported("the page holds no kernel trace as text (script elements of class trace-data)");
        return traces;
    }

    // Offset behind the next occurrence, -1 if there is none.
    private static long Find(TraceInput input, long from, ReadOnlySpan<byte> wanted)
    {
        for (long at = from; at < input.Length; at += WindowBytes - wanted.Length)
        {
            int found = input.SliceUpTo(at, WindowBytes).IndexOf(wanted);
            if (found >= 0)
                return at + found + wanted.Length;
        }

        return -1;
    }
}
