using System.Collections.Immutable;
using System.Globalization;

namespace ForkTrace.Events.Filtering;

/// <summary>A set of small numbers as the kernel writes lists of CPUs: <c>0-3,8</c>.</summary>
public sealed class NumberRanges
{
    private readonly ImmutableArray<(int First, int Last)> _ranges;

    private NumberRanges(ImmutableArray<(int First, int Last)> ranges) => _ranges = ranges;

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">It is none, or a range runs backwards.</exception>
    public static NumberRanges Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ImmutableArray<(int First, int Last)>.Builder ranges = ImmutableArray.CreateBuilder<(int First, int Last)>();
        foreach (string part in text.Split(','))
        {
            int dash = part.IndexOf('-', StringComparison.Ordinal);
            bool isNumber = TryParse(dash < 0 ? part : part[..dash], out int first);
            int last = first;
            isNumber &= dash < 0 || TryParse(part[(dash + 1)..], out last);
            if (!isNumber || last < first)
                throw new FormatException($"'{text}' is no list of numbers and ranges such as 0-3,8");
            ranges.Add((first, last));
        }

        return new NumberRanges(ranges.ToImmutable());
    }

    public bool Contains(int number)
    {
        foreach ((int first, int last) in _ranges)
        {
            if (number >= first && number <= last)
                return true;
        }

        return false;
    }

    public override string ToString() => string.Join(
        ',',
        _ranges.Select(range => string.Create(
            CultureInfo.InvariantCulture, $"{range.First}{(range.Last == range.First ? "" : $"-{range.Last}")}")));

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
