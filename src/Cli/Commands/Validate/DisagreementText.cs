using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>Shows disagreements: the names of their causes, and single cases event by event.</summary>
internal static class DisagreementText
{
    private const int RowsAround = 12;

    /// <summary>Shows cases of a result, each with the events of its CPU around the fork. Events of the forked task are marked.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="result">The result of the validation.</param>
    /// <param name="count">How many cases to show, from the first; null for the first of each cause.</param>
    public static IEnumerable<string> Cases(EventTable events, ValidationResult result, int? count)
    {
        foreach (Disagreement found in count is { } most ? result.Disagreements.Take(most) : result.Disagreements.DistinctBy(other => other.Cause))
        {
            yield return "";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Trace}, {result.Policy}, {result.Evidence}: "
                + $"fork of tid {found.Tid} on CPU {found.Cpu} at {Seconds(found.TimeNs)}: "
                + $"replay {(found.PredictedHit ? "hit" : "missed")}, kernel {(found.PredictedHit ? "missed" : "hit")} "
                + $"({DisagreementCauseNames.Of(found.Cause)})");
            foreach (string line in EventsAround(events, found))
                yield return line;
        }
    }

    private static IEnumerable<string> EventsAround(EventTable events, Disagreement found)
    {
        int centre = events.TimesNs.BinarySearch(found.TimeNs);
        centre = centre < 0 ? ~centre : centre;
        List<int> rows = [];
        for (int row = centre - 1; row >= 0 && rows.Count < RowsAround; row--)
        {
            if (events.Cpus[row] == found.Cpu)
                rows.Insert(0, row);
        }

        for (int row = centre; row < events.Count && rows.Count < 2 * RowsAround; row++)
        {
            if (events.Cpus[row] == found.Cpu)
                rows.Add(row);
        }

        foreach (int row in rows)
        {
            bool isOfFork = events.Tasks[row] == found.Task || row == centre;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{(isOfFork ? '>' : ' ')} {Seconds(events.TimesNs[row])} "
                + $"{(events.TimesNs[row] - found.TimeNs) / 1000.0,11:+0.0;-0.0;0.0} us [{events.Cpus[row]:000}] "
                + $"{EventKinds.Name(events.Kinds[row]),-20} "
                + $"tid {events.Tids[row],-8} {events.CommNames[events.Comms[row]]}{Value(events, row)}");
        }
    }

    // A number that stands for an address means nothing to a reader.
    private static string Value(EventTable events, int row) =>
        events.Values[row] > 0 ? string.Create(CultureInfo.InvariantCulture, $" value {events.Values[row]}") : "";

    private static string Seconds(long timeNs) =>
        string.Create(CultureInfo.InvariantCulture, $"{timeNs / 1_000_000_000}.{timeNs % 1_000_000_000:000000000}");
}
