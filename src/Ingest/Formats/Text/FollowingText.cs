namespace ForkTrace.Ingest.Formats.Text;

/// <summary>Detects a text that contains several recordings, one after another.</summary>
internal static class FollowingText
{
    // The longest header (perf script's, with all features) has fewer lines.
    private const int HeaderLinesMax = 1000;

    // If fewer rows are out of order, there can be other reasons.
    private const long RowsMin = 8;

    /// <summary>CPU of the first event line in the text; -1 if there is none, or it has no CPU.</summary>
    public static int FirstCpu<TGrammar>(ReadOnlySpan<byte> text)
        where TGrammar : struct, ILineGrammar
    {
        for (int line = 0; line < HeaderLinesMax && !text.IsEmpty; line++)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> next = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (TGrammar.TryReadHead(next, out LineHead head) && (head.Shape & LineShape.NoCpu) == 0)
                return head.Cpu;
        }

        return -1;
    }

    /// <summary>Reports if times begin again on every CPU, which happens if texts without headers were joined.</summary>
    public static IssueList Issues(IReadOnlyList<RawEventStream> streams)
    {
        RawEventStream[] told = [.. streams.Where(stream => stream.Rows > 1)];
        long repeats = told.Sum(stream => stream.Rows) < RowsMin ? 0 : told.Select(Repeats).DefaultIfEmpty(0).Min();
        return new IssueList().Loss(
            "several_recordings", repeats,
            "Times begin again on every CPU: the text has several recordings, one after another, but was read as one. Give each"
            + " recording as a separate file.");
    }

    // How often the times step back to the stream's first time or before it.
    private static long Repeats(RawEventStream stream)
    {
        // If the first rows have already been merged, late rows show it.
        if (stream.Inversions == 0 || stream.ToldRows > 0)
            return 0;
        long repeats = 0, firstNs = stream.Chunk(0)[0].TimeNs, beforeNs = firstNs;
        for (int chunk = 0; chunk < stream.ChunkCount; chunk++)
        {
            foreach (ref readonly RawEvent row in stream.Chunk(chunk))
            {
                repeats += row.TimeNs <= firstNs && beforeNs > firstNs ? 1 : 0;
                beforeNs = row.TimeNs;
            }
        }

        return repeats;
    }
}
