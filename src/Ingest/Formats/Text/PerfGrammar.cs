using System.Buffers;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>Lines of <c>perf script</c>.</summary>
/// <remarks>
/// <code>
/// |      COMM       |  TID       | [CPU] |  TIME:             | PERIOD |  SYSTEM:EVENT: | BODY
/// |&lt;-- 16 bytes --&gt; |  1379      | [000] |  41.202013:        |        |  task:task_newtask: pid=1381 ...
/// |sh               |  1379/1379 |       |  41.202013639:     |     1  |  sched:sched_switch: ...
/// |&lt;TAB&gt;ffffffffa62a03fd copy_process+0x12 ([kernel.kallsyms])       call chain: lines that begin with a TAB
/// </code>
/// COMM is right-aligned in 16 columns, or not padded if call chains follow (tools/perf/builtin-script.c, perf_sample__fprintf_start). It
/// can contain anything, so it ends at the last place within its maximum length that is followed by a valid head.
/// </remarks>
internal readonly struct PerfGrammar : ILineGrammar
{
    private const int CommColumn = 16;

    // Room for names before the comm, for example of virtual machines.
    private const int PrefixMax = 80;
    private const int TokenMax = 200;

    private static readonly SearchValues<byte> s_hexDigits = SearchValues.Create("0123456789abcdef"u8);

    // A call chain's line begins with a TAB and an address, right-aligned in 16 columns. If comms are not padded, other lines can begin
    // with a TAB too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsContinuation(ReadOnlySpan<byte> line)
    {
        const int AddressEnd = 17;
        if (line.Length < AddressEnd || line[0] != '\t' || (line.Length > AddressEnd && line[AddressEnd] != ' '))
            return false;
        return line[1..AddressEnd].TrimStart((byte)' ').IndexOfAnyExcept(s_hexDigits) < 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadHead(ReadOnlySpan<byte> line, out LineHead head)
    {
        for (int at = Math.Min(CommColumn, line.Length - 1); at >= 0; at--)
        {
            if ((line[at] == ' ' || at == 0) && TryReadColumns(line, at, out head))
                return true;
        }

        return TryFindHead(line, out head);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TrySplitEvent(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> body)
    {
        name = NextToken(ref rest);
        if (name.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
            name = NextToken(ref rest);
        body = rest;
        if (name.Length < 2 || name[^1] != ':' || name.StartsWith("PERF_RECORD_"u8))
            return false;
        name = WithoutModifiers(name[..^1]);
        return true;
    }

    // "sched:sched_switch:u" and "sched:sched_switch/call-graph=no/" are sched:sched_switch.
    private static ReadOnlySpan<byte> WithoutModifiers(ReadOnlySpan<byte> name)
    {
        int system = name.IndexOf((byte)':');
        int end = system < 0 ? -1 : name[(system + 1)..].IndexOfAny((byte)':', (byte)'/');
        return end < 0 ? name : name[..(system + 1 + end)];
    }

    private static ReadOnlySpan<byte> NextToken(scoped ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        int end = rest[..Math.Min(rest.Length, TokenMax)].IndexOf((byte)' ');
        ReadOnlySpan<byte> token = rest[..(end < 0 ? Math.Min(rest.Length, TokenMax) : end)];
        rest = rest[token.Length..].TrimStart((byte)' ');
        return token;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFindHead(ReadOnlySpan<byte> line, out LineHead head)
    {
        int last = Math.Min(PrefixMax, line.Length);
        for (int at = CommColumn + 1; at < last; at++)
        {
            if (line[at] == ' ' && TryReadColumns(line, at, out head))
                return true;
        }

        head = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryReadColumns(ReadOnlySpan<byte> line, int at, out LineHead head)
    {
        head = default;
        TextNumbers.SkipBlanks(line, ref at);
        if (!TextNumbers.TryTid(line, ref at, out head.Tid) || at >= line.Length)
            return false;
        if (line[at] == '/')
        {
            at++;
            head.Shape |= LineShape.PidAndTid;
            if (!TextNumbers.TryTid(line, ref at, out head.Tid) || at >= line.Length)
                return false;
        }

        if (line[at] != ' ' || !TextNumbers.SkipBlanks(line, ref at) || !TryReadCpu(line, ref at, ref head))
            return false;
        if (!TextNumbers.TryTime(line, ref at, out head.Time, ref head.Shape) || (head.Shape & (LineShape.Ticks | LineShape.Relative)) != 0)
            return false;
        if (at >= line.Length || line[at] != ':' || (at + 1 < line.Length && line[at + 1] != ' '))
            return false;
        head.EventAt = at + 1;
        return true;
    }

    private static bool TryReadCpu(ReadOnlySpan<byte> line, ref int at, ref LineHead head)
    {
        if (line[at] != '[')
        {
            head.Shape |= LineShape.NoCpu;
            return true;
        }

        at++;
        if (!TextNumbers.TryDigits(line, ref at, CpuStreams.CpusMax - 1, out ulong cpu) || at >= line.Length || line[at] != ']')
            return false;
        head.Cpu = (int)cpu;
        at++;
        return TextNumbers.SkipBlanks(line, ref at);
    }
}
