using System.Globalization;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>The text of tracefs' <c>per_cpu/cpuN/stats</c>, which option CPUSTAT carries with a line <c>CPU: N</c> before it.</summary>
public static class CpuStatistics
{
    /// <summary>
    /// Adds the events that each CPU lost: <c>overrun</c> (overwritten before they were read), <c>commit overrun</c> and
    /// <c>dropped events</c>. Lines of other names and numbers that cannot be read are passed over.
    /// </summary>
    public static void Read(string text, IDictionary<int, long> lostByCpu)
    {
        int cpu = -1;
        foreach (ReadOnlySpan<char> line in new TextPieces(text, '\n'))
        {
            int colon = line.IndexOf(':');
            ReadOnlySpan<char> digits = line[(colon + 1)..];
            if (colon < 0 || !long.TryParse(digits, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out long number))
                continue;
            switch (line[..colon].Trim())
            {
                case "CPU":
                    cpu = number <= ushort.MaxValue ? (int)number : -1;
                    break;
                case "overrun" or "commit overrun" or "dropped events":
                    long lost = lostByCpu.TryGetValue(cpu, out long before) ? before : 0;
                    if (number > 0)
                        lostByCpu[cpu] = lost > long.MaxValue - number ? long.MaxValue : lost + number;
                    break;
                default:
                    break;
            }
        }
    }
}
