namespace ForkTrace.Ingest.Merge;

/// <summary>Follows a recording while it is read. The reader reports how far the rows are complete.</summary>
internal interface IRounds
{
    /// <summary>True if somebody watches the recording while it is made.</summary>
    bool IsLive { get; }

    /// <summary>
    /// Reports the facts in the recording: at its beginning, before the first round, and again when it shows more lost events.
    /// </summary>
    void Tell(TraceFacts facts);

    /// <summary>
    /// Reports that all rows at or before a time have been appended. May wait for the merge. A reader that cannot tell never calls this;
    /// then the rows are merged after all have been read.
    /// </summary>
    void Round(IReadOnlyList<RawEventStream> streams, long untilNs);
}
