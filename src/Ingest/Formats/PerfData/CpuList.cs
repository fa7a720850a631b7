using System.Globalization;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>Reads lists of CPUs as sysfs writes them: <c>0-3,8,10-11</c>.</summary>
internal static class CpuList
{
    /// <summary>
    /// The CPUs in the list, in its order, at most <paramref name="limit"/> of them. What is no number or range, or is not below the
    /// limit, is left out.
    /// </summary>
    public static IEnumerable<int> Parse(string list, int limit)
    {
        int count = 0;
        foreach (string range in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2 || !TryParse(ends[0], out int first) || !TryParse(ends[^1], out int last))
                continue;
            for (int cpu = first; cpu <= last && cpu < limit && count < limit; cpu++, count++)
                yield return cpu;
        }
    }

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
