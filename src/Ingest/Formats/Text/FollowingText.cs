namespace ForkTrace.Ingest.Formats.Text;

/// <summary>Tells whether a text holds several recordings, one after another.</summary>
internal static class FollowingText
{
    // The longest header (perf script's, with all features) has fewer lines.
    private const int HeaderLinesMax = 1000;

    // Fewer rows can be out of order for other reasons.
    private const long RowsMin = 8;

    /// <summary>CPU of the first event line that follows; -1 if there is none, or it does not say.</summary>
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

    /// <summary>Says if times begin again on every CPU, as they do where texts without headers were put together.</summary>
    public static IssueList Issues(IReadOnlyList<RawEventStream> streams)
    {
        RawEventStream[] told = [.. streams.Where(stream => stream.Rows > 1)];
        long repeats = told.Sum(stream => stream.Rows) < RowsMin ? 0 : told.Select(Repeats).DefaultIfEmpty(0).Min();
        return new IssueList().Loss(
            "several_recordings", repeats,
            "Times begin again on every CPU: the text is several recordings, one after another, but was read as one; give each as a file of"
            + " its own.");
    }

    // How often the times go back to the stream's first or before.
    private static long Repeats(RawEventStream stream)
    {
        // Where the first rows have been taken already, it shows by what comes late.
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
