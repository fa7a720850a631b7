using ForkTrace.Fidelity.Validation;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Shows a disagreement event by event: the events of its CPU around the fork, those of the forked task marked. The recording is passed
/// batch by batch.
/// </summary>
internal sealed class DisagreementText(ValidationResult result, Disagreement found)
{
    private const int RowsAround = 12;

    private readonly List<string> _before = [];
    private readonly List<string> _after = [];
    private bool _isReached;

    /// <summary>The cases of a result that are shown.</summary>
    /// <param name="result">The result.</param>
    /// <param name="count">How many cases to show, from the first; null for the first of each cause.</param>
    public static IEnumerable<DisagreementText> Of(ValidationResult result, int? count) =>
        (count is { } most ? result.Disagreements.Take(most) : result.Disagreements.DistinctBy(other => other.Cause))
        .Select(found => new DisagreementText(result, found));

    /// <summary>Looks for events in the next batch of the recording.</summary>
    public void Add(EventTable batch)
    {
        int at = _isReached ? 0 : batch.TimesNs.FirstFrom(found.TimeNs);
        if (!_isReached)
            AddBefore(batch, at);
        for (int row = at; row < batch.Count && _before.Count + _after.Count < 2 * RowsAround; row++)
        {
            if (batch.Cpus[row] == found.Cpu)
                _after.Add(Line(batch, row, isFork: row == at && !_isReached));
        }

        _isReached |= at < batch.Count;
    }

    public IEnumerable<string> Lines =>
    [
        "",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Trace}, {result.Policy}, {result.Evidence}: "
            + $"fork of tid {found.Tid} on CPU {found.Cpu} at {Seconds(found.TimeNs)}: "
            + $"replay {(found.PredictedHit ? "hit" : "missed")}, kernel {(found.PredictedHit ? "missed" : "hit")} "
            + $"({DisagreementCauseNames.Of(found.Cause)})"),
        .. _before,
        .. _after,
    ];

    // What earlier batches showed is needed only if this one has too few rows.
    private void AddBefore(EventTable batch, int at)
    {
        List<string> rows = [];
        for (int row = at - 1; row >= 0 && rows.Count < RowsAround; row--)
        {
            if (batch.Cpus[row] == found.Cpu)
                rows.Insert(0, Line(batch, row, isFork: false));
        }

        _before.AddRange(rows);
        _before.RemoveRange(0, Math.Max(0, _before.Count - RowsAround));
    }

    private string Line(EventTable events, int row, bool isFork) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(events.Tasks[row] == found.Task || isFork ? '>' : ' ')} {Seconds(events.TimesNs[row])} "
        + $"{(events.TimesNs[row] - found.TimeNs) / 1000.0,11:+0.0;-0.0;0.0} us [{events.Cpus[row]:000}] "
        + $"{EventKinds.Name(events.Kinds[row]),-20} "
        + $"tid {events.Tids[row],-8} {events.CommNames[events.Comms[row]]}{Value(events, row)}");

    // A number that stands for an address means nothing to a reader.
    private static string Value(EventTable events, int row) =>
        events.Values[row] > 0 ? string.Create(CultureInfo.InvariantCulture, $" value {events.Values[row]}") : "";

    private static string Seconds(long timeNs) =>
        string.Create(CultureInfo.InvariantCulture, $"{timeNs / 1_000_000_000}.{timeNs % 1_000_000_000:000000000}");
}
