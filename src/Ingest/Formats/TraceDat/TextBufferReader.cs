using ForkTrace.Ingest.Formats.Text;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Reads recordings whose events the recorder saved as text. The reader for tracefs texts reads that text.</summary>
internal static class TextBufferReader
{
    // Limit for the kernel's text of one snapshot. Ring buffers of a latency tracer have a few MiB.
    private const long TextBytesMax = 1L << 30;

    /// <summary>
    /// Reads the first text. Rejects it for the same reasons as <see cref="FtraceTextFormat"/>, e.g. a tracer whose lines are not events.
    /// </summary>
    public static DecodedTrace Read(TraceInput input, TraceDatHead head, IngestOptions options)
    {
        const string OneOfSeveral = "Only the first of several buffers of text was read.";
        TextBuffer text = head.Texts.FirstOrDefault(one => one.Place.Bytes > 0) ?? head.Texts[0];
        TextTraceReader<DashGrammar> reader = new(options, new FtraceNotes());
        DecodedTrace decoded;
        if (text.IsCompressed)
        {
            using TraceInput unpacked = Unpack(input, head, text);
            decoded = reader.Read(unpacked);
        }
        else
            decoded = reader.Read(input, [(text.Place.Offset, text.Place.Offset + text.Place.Bytes)]);
        return new DecodedTrace
        {
            Streams = decoded.Streams,
            Skipped = decoded.Skipped,
            TraceId = head.Options.TraceId,
            Facts = decoded.Facts with
            {
                Format = $"trace.dat v{head.Version}, {decoded.Facts.Format}",
                Kernel = head.Options.Kernel.Length > 0 ? head.Options.Kernel : decoded.Facts.Kernel,
                Machine = head.Options.Machine,
                Host = head.Options.Host,
                Clock = text.Clock.Length > 0 ? text.Clock : head.Options.Clock,
                Cpus = Math.Max(decoded.Facts.Cpus, head.Options.Cpus),
                Issues = [.. decoded.Facts.Issues, .. new IssueList().Warn("text_buffers", head.Texts.Count - 1, OneOfSeveral)],
            },
        };
    }

    // Chunks of text have the same form as chunks of pages, but the size of their section includes the number of chunks.
    private static TraceInput Unpack(TraceInput input, TraceDatHead head, TextBuffer text)
    {
        CpuSection place = text.Place with { Bytes = Math.Max(0, text.Place.Bytes - sizeof(uint)) };
        FileStream content = SpoolFile.Of(spool =>
        {
            using ChunkDecompressor decompressor = head.NewDecompressor();
            PageSource chunks = new(new InputWindow(input), place, pageBytes: 1, isCompressed: true, head.Swap);
            while (chunks.TryNext(decompressor, out ReadOnlySpan<byte> chunk))
            {
                spool.Write(chunk);
                if (spool.Length > TextBytesMax)
                    Reject.Invalid("the text of a buffer", place.Offset, $"more than {TextBytesMax} bytes", $"at most {TextBytesMax}");
            }

            if (spool.Length == 0)
                Reject.Unsupported("the recording is the text of a latency tracer, without a line", place.Offset);
        });
        return new TraceInput(content, input.Name, null);
    }
}
