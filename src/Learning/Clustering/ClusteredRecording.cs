using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Judging;
using ForkTrace.Replay.Profile;

namespace ForkTrace.Learning.Clustering;

/// <summary>A recording to compare with others.</summary>
/// <param name="Split">Its load and its machine.</param>
/// <param name="Fingerprint">Made by <see cref="Clustering.Fingerprint"/>.</param>
/// <param name="HitRates">
/// Hit rates of the kernel's caches by capacity, 0 to 1. Picks are judged by how well they represent these. Empty if unknown.
/// </param>
public sealed record ClusteredRecording(RecordingSplit Split, ImmutableArray<double> Fingerprint, ImmutableArray<double> HitRates)
{
    /// <summary>Measures a recording, and replays linux-5.18 and linux-4.12 at sixteen capacities.</summary>
    /// <exception cref="CorpusException">As for <see cref="CorpusRecording.Of"/>.</exception>
    public static ClusteredRecording Of(EventTable events, RecordingSplit split)
    {
        CorpusRecording recording = CorpusRecording.Of(events, split);
        StackOperations operations = recording.Operations;
        return new ClusteredRecording(
            split,
            Clustering.Fingerprint.Of(TraceProfile.Of(events, operations), operations.CpuCount, Clustering.Fingerprint.OverlapOf(recording)),
            [.. PolicyFamily.Baselines.Single(family => family.Name == "fixed").Choices.Select(choice => Outcome.Of(recording, choice).HitRate)]);
    }
}
