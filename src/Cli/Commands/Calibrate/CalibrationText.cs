using ForkTrace.Fidelity.Calibration;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Cli.Commands;

/// <summary>The text output of <c>calibrate</c>: how long forks took, separately for hits and misses.</summary>
internal static class CalibrationText
{
    private static readonly double[] s_shares = [0.5, 0.9, 0.99];

    public static void Write(Terminal terminal, Calibration calibration)
    {
        TextTable table = new();
        table.AddColumn("Recording");
        table.AddColumn("Forks");
        foreach (string title in new[] { "Hits", "p50", "p90", "p99", "Misses", "p50", "p90", "p99", "Miss over hit", "95 % interval" })
            table.AddColumn(title, isNumber: true);
        table.AddColumn("");
        foreach (ForkDurations recording in calibration.Recordings)
        {
            foreach (KindDurations durations in recording.Kinds)
            {
                table.AddRow(
                [
                    recording.Facts.Trace,
                    ForkKinds.Name(durations.Kind),
                    .. Sample(durations.Hits),
                    .. Sample(durations.Misses),
                    .. Difference(durations),
                    calibration.Uses(durations) ? "used" : "",
                ]);
            }
        }

        table.Write(terminal);
        foreach (ForkDurations recording in calibration.Recordings)
            terminal.WriteWrapped($" {recording.Facts.Trace}: time {recording.Measure}", indent: 1);
        terminal.WriteWrapped(
            $" in the model: {Readable.Difference(calibration.Difference.MedianNs)} for a miss over a hit, 95 % interval {Interval(calibration.Difference)}",
            indent: 1);
    }

    private static string Interval(MedianDifference difference) =>
        $"{Readable.Difference(difference.LowNs)} to {Readable.Difference(difference.HighNs)}";

    private static string[] Sample(DurationSample sample) =>
    [
        Readable.Count(sample.Count),
        .. s_shares.Select(share => sample.Count == 0 ? "-" : Readable.Duration(sample.QuantileNs(share))),
    ];

    private static string[] Difference(KindDurations durations)
    {
        if (!durations.IsEnough)
            return ["-", "-"];
        MedianDifference difference = durations.Difference;
        return [Readable.Difference(difference.MedianNs), Interval(difference)];
    }
}
