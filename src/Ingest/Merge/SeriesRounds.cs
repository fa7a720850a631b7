namespace ForkTrace.Ingest.Merge;

/// <summary>Reports the rounds of one file after another as those of one recording.</summary>
/// <param name="rounds">Follows the recording.</param>
/// <param name="before">The streams of the files that have been read.</param>
internal sealed class SeriesRounds(IRounds rounds, IReadOnlyList<RawEventStream> before) : IRounds
{
    public bool IsLive => rounds.IsLive;

    public void Tell(TraceFacts facts) => rounds.Tell(facts);

    public void Round(IReadOnlyList<RawEventStream> streams, long untilNs) => rounds.Round([.. before, .. streams], untilNs);
}
