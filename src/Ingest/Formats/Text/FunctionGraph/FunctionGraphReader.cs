using ForkTrace.Events.Calls;

namespace ForkTrace.Ingest.Formats.Text.FunctionGraph;

/// <summary>
/// Reads the text of ftrace's function_graph tracer. It has durations of calls, not events: <c>forktrace calibrate</c> can use it, a replay
/// cannot.
/// </summary>
public static class FunctionGraphReader
{
    private const int WindowBytes = 1 << 20;
    private const int LineBytesMax = 1 << 16;

    /// <summary>True if <paramref name="prefix"/> is the beginning of the tracer's text, with its header or, as from trace_pipe, without.</summary>
    public static bool Sniff(ReadOnlySpan<byte> prefix)
    {
        ReadOnlySpan<byte> text = prefix.TrimStart("\r\n"u8);
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
        return line.SequenceEqual("# tracer: function_graph"u8) || GraphLine.TryRead(line, out _);
    }

    /// <summary>Reads a whole text. Rejects a text without calls.</summary>
    /// <exception cref="IngestException">The text is not from function_graph, or has no whole call.</exception>
    public static FunctionCalls Read(TraceInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        const string Unread = "Lines that are not from function_graph were skipped.";
        GraphStacks stacks = new();
        InputWindow source = new(input);
        for (long at = 0; at < input.Length;)
        {
            ReadOnlySpan<byte> window = source.SliceUpTo(at, WindowBytes);
            bool isLast = at + window.Length == input.Length;
            int length = isLast ? window.Length : window.LastIndexOf((byte)'\n') + 1;
            if (length == 0)
                Reject.Invalid("a line of function_graph", at, "no line end", $"one within {LineBytesMax} bytes");
            ReadLines(window[..length], stacks);
            at += length;
        }

        if (!stacks.Calls.Exists(call => call.DurationNs >= 0))
            throw new IngestException("no_calls", "the function_graph text has no call with both its beginning and its end", 0);
        return new FunctionCalls
        {
            Functions = [.. stacks.Functions],
            Calls = [.. stacks.Calls],
            Facts = new TraceFacts
            {
                Trace = input.Name,
                Format = "function_graph",
                Digest = input.Digest,
                SizeBytes = input.SizeBytes,
                Cpus = stacks.Cpus,
                Lost = stacks.Lost,
                Issues = [.. new IssueList().Warn("unread_lines", stacks.UnreadLines, Unread)],
            },
        };
    }

    private static void ReadLines(ReadOnlySpan<byte> text, GraphStacks stacks)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
            text = end < 0 ? default : text[(end + 1)..];
            if (line.IsEmpty || line[0] == '#' || line.IndexOfAnyExcept((byte)' ', (byte)'-') < 0)
                continue;
            if (line.Length <= LineBytesMax && GraphLine.TryRead(line, out GraphLine read))
                stacks.Take(read);
            else
                stacks.TakeOther(line);
        }
    }
}
