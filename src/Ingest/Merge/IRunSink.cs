using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Merge;

/// <summary>Takes merged rows, run by run.</summary>
public interface IRunSink
{
    /// <summary>Rows of one CPU, each no older than any row given before.</summary>
    void Add(RawEventStream stream, ReadOnlySpan<RawEvent> run);
}
