namespace ForkTrace.Ingest.Tracepoints;

/// <summary>Which bits of sched_switch's prev_state mean that the task is dead and will not run again.</summary>
internal static class DeathStates
{
    /// <summary>EXIT_DEAD 0x10 | EXIT_ZOMBIE 0x20: kernels since 4.14 (include/linux/sched.h, TASK_REPORT).</summary>
    public const long Since414 = 0x30;

    /// <summary>Up to 4.13, TASK_DEAD (0x40) as well; since, that bit is a parked thread's.</summary>
    public const long Before414 = Since414 | 0x40;

    /// <summary>The mask by a kernel's release (<c>uname -r</c>), for traces without print formats; unknown ones count as recent.</summary>
    public static long FromRelease(string release)
    {
        string[] parts = release.Split('.', '-');
        bool isKnown = parts.Length > 1 & int.TryParse(parts[0], out int major) & int.TryParse(parts.ElementAtOrDefault(1), out int minor);
        return isKnown && (major < 4 || (major == 4 && minor < 14)) ? Before414 : Since414;
    }

    /// <summary>
    /// Reads the mask from the event's own print format, whose flag table names the states: X and Z (exit states) and, up to 4.13,
    /// x (TASK_DEAD, 64). Falls back to <see cref="Since414"/> if the table is not there.
    /// </summary>
    public static long FromPrintFormat(string printFormat)
    {
        long mask = 0;
        foreach (ReadOnlySpan<char> entry in new TextPieces(printFormat, '{'))
        {
            int comma = entry.IndexOf(',');
            int open = entry.IndexOf('"');
            if (comma < 0 || open < comma || open + 2 >= entry.Length || entry[open + 2] != '"' || !(entry[open + 1] is 'X' or 'Z' or 'x'))
                continue;
            ReadOnlySpan<char> number = entry[..comma].Trim();
            bool isHex = number.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            if (long.TryParse(
                isHex ? number[2..] : number,
                isHex ? NumberStyles.HexNumber : NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long bits))
            {
                mask |= bits;
            }
        }

        return mask == 0 ? Since414 : mask;
    }
}
