using System.IO.Compression;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input.Xz;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// The wrappings of a recording, recognised by the first bytes: .zst, .gz, .xz, .lz4 and the output of atrace -z are unpacked; from .zip
/// and .tar the one trace is taken. They may be nested up to a depth of four. Other compressions are rejected with the command that unpacks
/// them.
/// </summary>
internal static class Wrapping
{
    private const int DepthMax = 4;
    private const int PrefixBytes = 512;

    private static readonly (byte[] Magic, string Name, string Command)[] s_unread =
    [
        ([(byte)'B', (byte)'Z', (byte)'h'], "bzip2", "bzip2 -dk"),
        ([0x02, 0x21, 0x4C, 0x18], "lz4's legacy format", "lz4 -dk"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "7z", "7z x"),
    ];

    /// <summary>
    /// The recording in a file, in a temporary file that the caller owns; null if the file itself is the recording. Rejects damage,
    /// compressions that are not supported, and archives that do not contain exactly one trace. If an archive contains a recording that is
    /// a folder, that is in <paramref name="folder"/> instead.
    /// </summary>
    public static FileStream? Unwrap(FileStream file, string name, UnpackLimit limit, out ArchivedFolder? folder)
    {
        folder = null;
        long bytesMax = limit.Of(file.Length);
        FileStream? inner = null;
        try
        {
            for (int depth = 0; depth <= DepthMax; depth++)
            {
                FileStream? next = UnwrapOnce(inner ?? file, name, bytesMax, out folder);
                if (next is null && folder is null)
                    return inner;
                inner?.Dispose();
                if (next is null)
                    return null;
                inner = next;
                if (inner.Length == 0)
                    throw new IngestException("empty", $"{name} unpacks to nothing", 0);
            }

            throw new IngestException("too_deep", $"{name} is packed more than {DepthMax} times: unpack it first");
        }
        catch
        {
            inner?.Dispose();
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>True if a file that begins with these bytes is packed in a way that is unpacked here.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> prefix) =>
        ZstdDecoder.IsFrameStart(prefix) || Lz4DecompressionStream.IsFrameStart(prefix) || IsGzip(prefix)
        || prefix.StartsWith(XzDecompressionStream.Magic) || AtraceBodyAt(prefix) > 0;

    /// <summary>True if a file that begins with these bytes is a recording, packed or not.</summary>
    public static bool IsRecording(byte[] prefix) =>
        IsPacked(prefix) || Archive.IsArchive(prefix) || FormatCatalog.All.Any(format => format.Sniff(prefix));

    private static FileStream? UnwrapOnce(FileStream packed, string name, long bytesMax, out ArchivedFolder? folder)
    {
        folder = null;
        byte[] bytes = new byte[PrefixBytes];
        packed.Position = 0;
        ReadOnlySpan<byte> prefix = bytes.AsSpan(0, packed.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        packed.Position = 0;
        if (Archive.IsArchive(prefix))
            return Archive.TakeTrace(packed, prefix, name, bytesMax, out folder);
        RefuseUnread(prefix, name);
        using Stream? unpacking = Unpacking(prefix, packed);
        return unpacking is null ? null : SpoolFile.Fill(unpacking, name, bytesMax);
    }

    private static Stream? Unpacking(ReadOnlySpan<byte> prefix, Stream packed)
    {
        // zstd and lz4 have the same magic numbers for skippable frames, so the following frame decides.
        if (Lz4DecompressionStream.IsFrameStart(prefix))
            return new Lz4DecompressionStream(packed);
        if (ZstdDecoder.IsFrameStart(prefix))
            return new ZstdDecompressionStream(packed);
        if (IsGzip(prefix))
            return new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        if (prefix.StartsWith(XzDecompressionStream.Magic))
            return new XzDecompressionStream(packed);
        int body = AtraceBodyAt(prefix);
        if (body < 0)
            return null;
        packed.Position = body;
        return new ZLibStream(packed, CompressionMode.Decompress, leaveOpen: true);
    }

    // atrace -z prints its progress, "TRACE:" on a line of its own, and a zlib stream (RFC 1950) of the text. Returns -1 for anything else.
    private static int AtraceBodyAt(ReadOnlySpan<byte> prefix)
    {
        ReadOnlySpan<byte> mark = "TRACE:\n"u8;
        int at = prefix.IndexOf(mark);
        int body = at + mark.Length;
        bool isLine = at == 0 || (at > 0 && prefix[at - 1] == '\n');
        return isLine && body + 1 < prefix.Length && prefix[body] == 0x78 && prefix[body + 1] is 0x01 or 0x5E or 0x9C or 0xDA ? body : -1;
    }

    private static bool IsGzip(ReadOnlySpan<byte> prefix) => prefix.Length > 2 && prefix[0] == 0x1F && prefix[1] == 0x8B;

    private static void RefuseUnread(ReadOnlySpan<byte> prefix, string name)
    {
        foreach ((byte[] magic, string packing, string command) in s_unread)
        {
            if (prefix.StartsWith(magic))
                Reject.Unsupported($"{name} is packed with {packing}, which is not supported: unpack it first with '{command} {name}'", 0);
        }
    }
}
