using System.Globalization;
using ForkTrace.Events;

namespace ForkTrace.Cli.Rendering;

/// <summary>Lost events by CPU, one line each: how many, in how many gaps, over how much of the time, and when.</summary>
internal static class LossText
{
    private const int LinesMax = 8;
    private const int GapsMax = 3;

    /// <summary>The lines; none for a trace without gaps. The worst CPUs come first where there are too many to show.</summary>
    public static IEnumerable<string> ByCpu(TraceFacts facts)
    {
        IGrouping<int, LossInterval>[] cpus = [.. facts.Losses.GroupBy(loss => loss.Cpu).OrderByDescending(Known).ThenBy(cpu => cpu.Key)];
        IEnumerable<IGrouping<int, LossInterval>> shown = cpus.Length <= LinesMax ? cpus.OrderBy(cpu => cpu.Key) : cpus.Take(LinesMax);
        foreach (IGrouping<int, LossInterval> cpu in shown)
            yield return Line(cpu.Key, [.. cpu], facts);
        if (cpus.Length > LinesMax)
            yield return string.Create(CultureInfo.InvariantCulture, $"and {cpus.Length - LinesMax} more CPUs (--json shows all gaps)");
    }

    private static string Line(int cpu, LossInterval[] losses, TraceFacts facts)
    {
        string place = cpu < 0 ? "unknown CPU" : string.Create(CultureInfo.InvariantCulture, $"CPU {cpu}");
        string atLeast = losses.Any(loss => loss.Events < 0) ? "at least " : "";
        string gaps = losses.Length == 1 ? "1 gap" : $"{Readable.Count(losses.Length)} gaps";
        return $"{place}: {atLeast}{Readable.Count(Known(losses))} in {gaps}{Time(losses, facts)}{Places(losses, facts)}";
    }

    // The first gaps, as --from and --to take them.
    private static string Places(LossInterval[] losses, TraceFacts facts)
    {
        LossInterval[] placed =
            [.. losses.Where(loss => loss is not { FromNs: long.MinValue, ToNs: long.MaxValue }).OrderBy(loss => loss.FromNs)];
        if (placed.Length == 0)
            return "";
        string more = placed.Length <= GapsMax ? "" : string.Create(CultureInfo.InvariantCulture, $" and {placed.Length - GapsMax} more");
        string unit = facts.ClockUnit == "ns" ? " s" : $" {facts.ClockUnit}";
        return $": {string.Join(", ", placed.Take(GapsMax).Select(loss => Place(loss, facts)))}{unit}{more}";
    }

    private static string Place(LossInterval loss, TraceFacts facts)
    {
        string from = loss.FromNs == long.MinValue ? "the beginning" : Clock(loss.FromNs, facts);
        return $"{from} to {(loss.ToNs == long.MaxValue ? "the end" : Clock(loss.ToNs, facts))}";
    }

    private static string Clock(long time, TraceFacts facts) => facts.ClockUnit == "ns"
        ? (time / 1e9).ToString("0.000000", CultureInfo.InvariantCulture)
        : time.ToString(CultureInfo.InvariantCulture);

    private static string Time(LossInterval[] losses, TraceFacts facts)
    {
        if (losses.Any(loss => loss is { FromNs: long.MinValue, ToNs: long.MaxValue }))
            return ", at an unknown time";
        if (facts.ClockUnit != "ns")
            return "";
        long missingNs = losses.Sum(loss => Math.Max(0, Math.Min(loss.ToNs, facts.LastNs) - Math.Max(loss.FromNs, facts.FirstNs)));
        double share = facts.LastNs > facts.FirstNs ? 100.0 * missingNs / (facts.LastNs - facts.FirstNs) : 0;
        return string.Create(CultureInfo.InvariantCulture, $", {Readable.Duration(missingNs)} of its time ({share:0.0} %)");
    }

    private static long Known(IEnumerable<LossInterval> losses) =>
        (long)Int128.Min(long.MaxValue, losses.Aggregate((Int128)0, (sum, loss) => sum + Math.Max(0, loss.Events)));
}
