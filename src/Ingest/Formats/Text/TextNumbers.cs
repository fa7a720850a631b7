using System.Buffers.Text;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>Reads numbers in lines as integers. Every method moves the position behind the number, or fails.</summary>
internal static class TextNumbers
{
    private const int FractionDigits = 9;

    // This many digits always fit into 64 bits. One more may fit, and no printer writes more.
    private const int DigitsSafe = 19;

    private static ReadOnlySpan<int> PowersOfTen => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <summary>Skips blanks. False at the end of the line, because something must follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SkipBlanks(ReadOnlySpan<byte> line, ref int at)
    {
        while ((uint)at < (uint)line.Length && line[at] == ' ')
            at++;
        return at < line.Length;
    }

    /// <summary>Reads one or more decimal digits with a value of at most <paramref name="max"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDigits(ReadOnlySpan<byte> text, ref int at, ulong max, out ulong value)
    {
        value = 0;
        int start = at;
        int next = at;
        for (; (uint)next < (uint)text.Length; next++)
        {
            uint digit = text[next] - (uint)'0';
            if (digit > 9)
                break;
            if (next - start >= DigitsSafe && (next - start > DigitsSafe || value > (ulong.MaxValue - digit) / 10))
                return false;
            value = (value * 10) + digit;
        }

        at = next;
        return next > start && value <= max;
    }

    /// <summary>The number of CPUs after the last <paramref name="key"/> in a line; 0 if there is none.</summary>
    public static int CpusAfter(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key)
    {
        int at = line.LastIndexOf(key) + key.Length;
        return at >= key.Length && TryDigits(line, ref at, CpuStreams.CpusMax, out ulong cpus) ? (int)cpus : 0;
    }

    /// <summary>Reads a tid: decimal, possibly negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTid(ReadOnlySpan<byte> text, ref int at, out int tid)
    {
        bool isNegative = (uint)at < (uint)text.Length && text[at] == '-';
        if (isNegative)
            at++;
        bool isRead = TryDigits(text, ref at, int.MaxValue, out ulong value);
        tid = isNegative ? -(int)value : (int)value;
        return isRead;
    }

    /// <summary>
    /// Reads a field's number: decimal, signed or unsigned with 64 bits, or hexadecimal after 0x. Unsigned numbers beyond 63 bits become
    /// negative, as when they are read from a record.
    /// </summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, ref int at, out long value)
    {
        value = 0;
        if (at + 2 < text.Length && text[at] == '0' && text[at + 1] is (byte)'x' or (byte)'X')
        {
            at += 2;
            return TryHex(text, ref at, out value);
        }

        bool isNegative = at < text.Length && text[at] == '-';
        if (isNegative)
            at++;
        if (!TryDigits(text, ref at, ulong.MaxValue, out ulong digits))
            return false;
        value = isNegative ? unchecked(-(long)digits) : unchecked((long)digits);
        return true;
    }

    /// <summary>Reads one to sixteen hexadecimal digits, with or without 0x.</summary>
    public static bool TryHex(ReadOnlySpan<byte> text, ref int at, out long value)
    {
        if (at + 2 < text.Length && text[at] == '0' && text[at + 1] is (byte)'x' or (byte)'X')
            at += 2;
        bool isRead = Utf8Parser.TryParse(text[Math.Min(at, text.Length)..], out ulong bits, out int digits, 'x') && digits <= 16;
        value = unchecked((long)bits);
        at += digits;
        return isRead;
    }

    /// <summary>
    /// Reads a time: seconds with one to nine decimals, converted to nanoseconds; a bare number, unchanged (<see cref="LineShape.Ticks"/>);
    /// or microseconds followed by <c>us</c>, converted to nanoseconds (<see cref="LineShape.Relative"/>).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTime(ReadOnlySpan<byte> text, ref int at, out long time, ref LineShape shape)
    {
        time = 0;
        if (!TryDigits(text, ref at, long.MaxValue, out ulong whole) || at >= text.Length)
            return false;
        if (text[at] != '.')
            return TryWholeTime(text, ref at, whole, out time, ref shape);
        int start = ++at;
        if (!TryDigits(text, ref at, ulong.MaxValue, out ulong fraction))
            return false;
        int digits = at - start;
        if (digits > FractionDigits || whole > (long.MaxValue / 1_000_000_000) - 1)
            return false;
        if (digits == FractionDigits)
            shape |= LineShape.Nanoseconds;
        time = ((long)whole * 1_000_000_000) + ((long)fraction * PowersOfTen[FractionDigits - digits]);
        return true;
    }

    private static bool TryWholeTime(ReadOnlySpan<byte> text, ref int at, ulong whole, out long time, ref LineShape shape)
    {
        time = (long)whole;
        if (!text[at..].StartsWith("us"u8))
        {
            shape |= LineShape.Ticks;
            return true;
        }

        at += 2;
        shape |= LineShape.Relative;
        if (whole > long.MaxValue / 1000)
            return false;
        time *= 1000;
        return true;
    }
}
