namespace ForkTrace.Ingest.Merge;

/// <summary>Follows a recording while it is being read: is told by its reader how far the rows are complete.</summary>
internal interface IRounds
{
    /// <summary>True if somebody watches the recording while it is being made.</summary>
    bool IsLive { get; }

    /// <summary>
    /// What the recording says of itself: at its beginning, before the first round, and again when it tells of more lost events.
    /// </summary>
    void Tell(TraceFacts facts);

    /// <summary>
    /// All rows at or before a time have been appended. May wait for whoever merges them. A reader that cannot say so never calls it: then
    /// the rows are merged when all have been read.
    /// </summary>
    void Round(IReadOnlyList<RawEventStream> streams, long untilNs);
}
