using System.Buffers.Text;

namespace ForkTrace.Ingest.Formats.Text.FunctionGraph;

/// <summary>
/// One line of the function_graph tracer (kernel/trace/trace_functions_graph.c). Options enable the columns for time, thread and flags. The
/// duration is blank where a call begins.
/// <code>
///   43.126577 |   0)     sh-128     | ! 728.797 us  |  call_rcu();
///   43.127443 |   0)     sh-128     |               |  kernel_clone() {
///   43.129246 |   0)     sh-128     | # 1802.929 us |  } /* kernel_clone */
///  0)     sh-128     =>    wl-14152
///  0)   ==========> |
/// </code>
/// </summary>
internal ref struct GraphLine
{
    /// <summary>Nanoseconds; -1 if the line has no time.</summary>
    public long TimeNs;

    public int Cpu;

    /// <summary>The thread; -1 if the line does not have it.</summary>
    public int Tid;

    /// <summary>Nanoseconds; -1 if the line has no duration, where a call begins.</summary>
    public long DurationNs;

    public GraphLineKind Kind;

    /// <summary>The function's name; empty at the end of a call if the printer did not name it.</summary>
    public ReadOnlySpan<byte> Function;

    /// <summary>Splits a line. False if the tracer did not print it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out GraphLine read)
    {
        read = new GraphLine { TimeNs = -1, Tid = -1, DurationNs = -1 };
        ReadOnlySpan<byte> rest = line.TrimStart((byte)' ');
        if (TryTime(rest, out read.TimeNs, out int used))
            rest = rest[used..].TrimStart((byte)' ');
        if (!Utf8Parser.TryParse(rest, out int cpu, out used) || cpu < 0 || used >= rest.Length || rest[used] != ')')
            return false;
        read.Cpu = cpu;
        rest = rest[(used + 1)..].Trim((byte)' ');
        if (rest.IndexOf("==>"u8) >= 0 || rest.IndexOf("<=="u8) >= 0)
        {
            read.Kind = GraphLineKind.Interrupt;
            return true;
        }

        if (rest.IndexOf(" => "u8) is >= 0 and int arrow && !rest.Contains((byte)'|'))
        {
            read.Kind = GraphLineKind.Switch;
            read.Tid = TidOf(rest[(arrow + 4)..]);
            return true;
        }

        return TryColumns(rest, ref read);
    }

    // [thread |] [flags |] duration | function
    private static bool TryColumns(ReadOnlySpan<byte> rest, ref GraphLine read)
    {
        for (int column = 0; ; column++)
        {
            int bar = rest.IndexOf((byte)'|');
            if (bar < 0)
                return false;
            ReadOnlySpan<byte> text = rest[..bar].Trim((byte)' ');
            rest = rest[(bar + 1)..];
            if (text.IsEmpty || text.EndsWith("us"u8))
                return (text.IsEmpty || TryDuration(text, out read.DurationNs)) && TryFunction(rest.Trim((byte)' '), ref read);
            if (column == 0)
                read.Tid = TidOf(text);
        }
    }

    private static bool TryFunction(ReadOnlySpan<byte> text, ref GraphLine read)
    {
        if (text.IsEmpty || text.StartsWith("/*"u8))
            return false;
        if (text[0] == '}')
        {
            read.Kind = GraphLineKind.End;
            int comment = text.IndexOf("/* "u8);
            read.Function = comment < 0 ? default : Name(text[(comment + 3)..]);
            return read.DurationNs >= 0;
        }

        read.Function = Name(text);
        bool isBegin = text[^1] == '{';
        read.Kind = isBegin ? GraphLineKind.Begin : GraphLineKind.Leaf;
        return !read.Function.IsEmpty && (isBegin || read.DurationNs >= 0);
    }

    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)'(', (byte)' ', (byte)';');
        return end < 0 ? text : text[..end];
    }

    // "728.797 us". Long durations have a mark before them: + ! # * @ $
    private static bool TryDuration(ReadOnlySpan<byte> text, out long durationNs)
    {
        ReadOnlySpan<byte> number = text[..^2].TrimStart("+!#*@$ "u8).TrimEnd((byte)' ');
        return TryNs(number, 1_000_000_000_000, 1000, out durationNs);
    }

    // "43.126577 |"
    private static bool TryTime(ReadOnlySpan<byte> text, out long timeNs, out int used)
    {
        timeNs = -1;
        used = 0;
        int bar = text.IndexOf((byte)'|');
        if (bar <= 0)
            return false;
        ReadOnlySpan<byte> number = text[..bar].TrimEnd((byte)' ');
        used = bar + 1;
        return number.Contains((byte)'.') && TryNs(number, 9_000_000_000, 1_000_000_000, out timeNs);
    }

    private static bool TryNs(ReadOnlySpan<byte> number, decimal max, decimal unitNs, out long ns)
    {
        bool isRead = Utf8Parser.TryParse(number, out decimal value, out int used) && used == number.Length && value >= 0 && value <= max;
        ns = isRead ? (long)(value * unitNs) : -1;
        return isRead;
    }

    // "wl-14152", "<idle>-0", "my-comm-7"
    private static int TidOf(ReadOnlySpan<byte> thread)
    {
        thread = thread.Trim((byte)' ');
        int dash = thread.LastIndexOf((byte)'-');
        ReadOnlySpan<byte> digits = thread[(dash + 1)..];
        return dash >= 0 && Utf8Parser.TryParse(digits, out int tid, out int used) && used == digits.Length ? tid : -1;
    }
}

/// <summary>The kinds of lines of the function_graph tracer.</summary>
internal enum GraphLineKind
{
    /// <summary>A call that calls no traced function.</summary>
    Leaf,

    Begin,

    /// <summary>The innermost call ends.</summary>
    End,

    /// <summary>The CPU switches to another thread.</summary>
    Switch,

    /// <summary>An interrupt begins or ends.</summary>
    Interrupt,
}
