using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Merge;

/// <summary>One of several files of a recording.</summary>
/// <param name="Path">As messages show it.</param>
/// <param name="Input">Its bytes.</param>
/// <param name="Decoded">What its reader made of it.</param>
internal sealed record RecordingFile(string Path, TraceInput Input, DecodedTrace Decoded)
{
    /// <summary>CPUs of its machine, as far as the file tells.</summary>
    public int Cpus { get; } = Math.Max(Decoded.Facts.Cpus, Decoded.Streams.Select(stream => stream.Cpu + 1).DefaultIfEmpty(0).Max());

    /// <summary>Time of the earliest and latest row; (long.MaxValue, long.MinValue) if there is none.</summary>
    public (long FirstNs, long LastNs) Times()
    {
        (long first, long last) = (long.MaxValue, long.MinValue);
        foreach (Columns.RawEventStream stream in Decoded.Streams.Where(stream => stream.Rows > 0))
        {
            first = Math.Min(first, stream.Chunk(0)[0].TimeNs);
            last = Math.Max(last, stream.Chunk(stream.ChunkCount - 1)[^1].TimeNs);
        }

        return (first, last);
    }
}
