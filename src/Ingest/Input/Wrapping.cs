using System.IO.Compression;
using ForkTrace.Arrow.Compression;

namespace ForkTrace.Ingest.Input;

/// <summary>Compressed wrappings around a whole recording, told by their first bytes.</summary>
public static class Wrapping
{
    // More than this unpacked is taken for an attack or a mistake.
    private const long UnpackedBytesMax = 1L << 40;

    /// <summary>The unpacking stream for a file that begins with <paramref name="prefix"/>, or null if the file is not wrapped.</summary>
    public static Stream? Unpack(ReadOnlySpan<byte> prefix, Stream packed)
    {
        if (Zstd.IsFrameStart(prefix))
            return new ZstdDecompressionStream(packed, leaveOpen: true);
        if (prefix.Length > 2 && prefix[0] == 0x1F && prefix[1] == 0x8B)
            return new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        return null;
    }

    /// <summary>Unpacks into an unlinked temporary file, rejecting damaged or endless input.</summary>
    public static FileStream UnpackToTemporaryFile(Stream unpacking, string name)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream unpacked = new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        try
        {
            byte[] buffer = new byte[1 << 20];
            for (int read; (read = unpacking.Read(buffer)) > 0;)
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > UnpackedBytesMax)
                    throw new IngestException("too_large", $"{name} unpacks to more than {UnpackedBytesMax} bytes");
            }

            return unpacked;
        }
        catch (InvalidDataException damage)
        {
            unpacked.Dispose();
            throw new IngestException("damaged_wrapping", $"{name} cannot be unpacked: {damage.Message}");
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }
}
