namespace ForkTrace.Lifecycle.Conditions;

/// <summary>Lists of CPUs in the kernel's notation: <c>0-3,8</c>.</summary>
internal static class CpuSet
{
    /// <summary>All CPU numbers are below it (NR_CPUS of the largest configuration).</summary>
    public const int CpusMax = 8192;

    /// <summary>The CPUs of a list, in rising order.</summary>
    /// <exception cref="FormatException">The list contains something that is not a CPU or a range of CPUs.</exception>
    public static ImmutableArray<int> Parse(string list, char separator)
    {
        SortedSet<int> cpus = [];
        foreach (string range in list.Split(separator, StringSplitOptions.TrimEntries))
        {
            int dash = range.IndexOf('-', StringComparison.Ordinal);
            int first = Number(dash < 0 ? range : range[..dash], list);
            int last = dash < 0 ? first : Number(range[(dash + 1)..], list);
            if (last < first)
                throw new FormatException($"the range '{range}' ends before it begins");
            cpus.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. cpus];
    }

    /// <summary>The shortest list for CPUs that are given in rising order.</summary>
    public static string Text(IEnumerable<int> cpus, char separator)
    {
        List<(int First, int Last)> ranges = [];
        foreach (int cpu in cpus)
        {
            if (ranges.Count > 0 && ranges[^1].Last == cpu - 1)
                ranges[^1] = (ranges[^1].First, cpu);
            else
                ranges.Add((cpu, cpu));
        }

        return string.Join(separator, ranges.Select(range => range.First == range.Last
            ? range.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
    }

    private static int Number(string text, string list) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) && cpu < CpusMax
            ? cpu
            : throw new FormatException($"'{text}' in '{list}' is not a CPU number from 0 to {CpusMax - 1}");
}
