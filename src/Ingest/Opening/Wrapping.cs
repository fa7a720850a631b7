using System.IO.Compression;
using ForkTrace.Ingest.Input.Xz;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// What a recording comes wrapped in, told by the first bytes: .zst, .gz, .xz and .lz4 (unpacked), .zip and .tar (the one trace in it is taken
/// out), in one another up to a depth of four. Of others it is said how to unpack them.
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
    /// The recording in a file, in a temporary file that is the caller's; null if the file itself is the recording. Rejects damage, what
    /// is packed in a way that is not read, and archives that do not hold exactly one trace. A recording that is a folder in an archive is
    /// in <paramref name="folder"/> instead.
    /// </summary>
    public static FileStream? Unwrap(FileStream file, string name, out ArchivedFolder? folder)
    {
        folder = null;
        FileStream? inner = null;
        try
        {
            for (int depth = 0; depth <= DepthMax; depth++)
            {
                FileStream? next = UnwrapOnce(inner ?? file, name, out folder);
                if (next is null && folder is null)
                    return inner;
                inner?.Dispose();
                if (next is null)
                    return null;
                inner = next;
                if (inner.Length == 0)
                    throw new IngestException("empty", $"{name} unpacks to nothing", 0);
            }

            throw new IngestException("too_deep", $"{name} is packed more than {DepthMax} times over: unpack it first");
        }
        catch
        {
            inner?.Dispose();
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>True if the bytes that begin so are packed, in a way that is unpacked here.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> prefix) =>
        ZstdDecoder.IsFrameStart(prefix) || Lz4DecompressionStream.IsFrameStart(prefix) || IsGzip(prefix)
        || prefix.StartsWith(XzDecompressionStream.Magic);

    private static FileStream? UnwrapOnce(FileStream packed, string name, out ArchivedFolder? folder)
    {
        folder = null;
        byte[] bytes = new byte[PrefixBytes];
        packed.Position = 0;
        ReadOnlySpan<byte> prefix = bytes.AsSpan(0, packed.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        packed.Position = 0;
        if (Archive.IsArchive(prefix))
            return Archive.TakeTrace(packed, prefix, name, out folder);
        RefuseUnread(prefix, name);
        using Stream? unpacking = Unpacking(prefix, packed);
        return unpacking is null ? null : SpoolFile.Fill(unpacking, name);
    }

    private static Stream? Unpacking(ReadOnlySpan<byte> prefix, Stream packed)
    {
        // zstd and lz4 share the magic numbers of skippable frames, so what follows decides.
        if (Lz4DecompressionStream.IsFrameStart(prefix))
            return new Lz4DecompressionStream(packed);
        if (ZstdDecoder.IsFrameStart(prefix))
            return new ZstdDecompressionStream(packed);
        if (IsGzip(prefix))
            return new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        return prefix.StartsWith(XzDecompressionStream.Magic) ? new XzDecompressionStream(packed) : null;
    }

    private static bool IsGzip(ReadOnlySpan<byte> prefix) => prefix.Length > 2 && prefix[0] == 0x1F && prefix[1] == 0x8B;

    private static void RefuseUnread(ReadOnlySpan<byte> prefix, string name)
    {
        foreach ((byte[] magic, string packing, string command) in s_unread)
        {
            if (prefix.StartsWith(magic))
                Reject.Unsupported($"{name} is packed with {packing}, which is not read: unpack it first with '{command} {name}'", 0);
        }
    }
}
