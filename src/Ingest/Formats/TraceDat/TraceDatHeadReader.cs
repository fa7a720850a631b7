using System.Globalization;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Reads everything of a trace.dat but its events.</summary>
/// <remarks>
/// Both versions begin with the mark, the version, byte order, long size and page size (<see cref="TracingData"/>). Version 7 goes on with
/// <code>compression name NUL  its library's version NUL  u64 offset of the first options section</code>
/// </remarks>
public static class TraceDatHeadReader
{
    private const int CompressionNameBytesMax = 64;

    /// <summary>Reads the head; rejects versions other than 6 and 7.</summary>
    public static TraceDatHead Read(TraceInput input, IReadOnlyList<string>? askedFunctions = null)
    {
        ByteCursor cursor = new(input.SliceUpTo(0, int.MaxValue), 0, swap: false);
        TracingData tracing = new() { AskedFunctions = askedFunctions ?? [] };
        tracing.ReadPreamble(ref cursor);
        if (!int.TryParse(tracing.Version, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version is not (6 or 7))
            Reject.Unsupported($"trace.dat of version '{tracing.Version}' is not read; known are 6 and 7", TracingData.Magic.Length);
        TraceDatHead head = new() { Version = version, Tracing = tracing };
        if (version == 6)
        {
            SequentialBody.Read(input, head, ref cursor);
        }
        else
        {
            head.Compression = ReadCompression(ref cursor);
            SectionedBody.Read(input, head, (long)cursor.ReadUInt64("the offset of the options"));
        }

        return head;
    }

    private static ChunkCompression ReadCompression(ref ByteCursor cursor)
    {
        long offset = cursor.Offset;
        string name = cursor.ReadText(CompressionNameBytesMax, "the name of the compression");
        _ = cursor.ReadText(CompressionNameBytesMax, "the version of the compression");
        switch (name)
        {
            case "none":
                return ChunkCompression.None;
            case "zstd":
                return ChunkCompression.Zstd;
            case "zlib":
                return ChunkCompression.Zlib;
            default:
                Reject.Unsupported($"trace.dat compressed with '{name}' is not read; known are none, zstd and zlib", offset);
                return ChunkCompression.None;
        }
    }
}
