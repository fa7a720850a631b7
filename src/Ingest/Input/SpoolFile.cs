namespace ForkTrace.Ingest.Input;

/// <summary>
/// Temporary files for data that must be seekable but is not: unpacked data, and data from a pipe. Such a file loses its name as soon as it
/// is open, so a killed process leaves nothing behind. Only its owner can read it.
/// </summary>
internal static class SpoolFile
{
    private const int BufferBytes = 1 << 20;

    // Limit for data from a pipe.
    private const long BytesMax = 1L << 40;

    /// <summary>Copies a pipe to its end into a new file. Messages use <paramref name="name"/>.</summary>
    public static FileStream Fill(Stream source, string name) => Fill(source, name, BytesMax);

    /// <summary>Same as <see cref="Fill(Stream, string)"/> for unpacked data; rejects more than <paramref name="bytesMax"/>.</summary>
    public static FileStream Fill(Stream source, string name, long bytesMax)
    {
        try
        {
            return Of(spool => Copy(source, bytes => Write(spool, bytes, name), 0, name, bytesMax));
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
        {
            throw new IngestException("damaged_wrapping", $"{name} cannot be unpacked: {damage.Message}");
        }
    }

    /// <summary>
    /// Copies a stream to its end. Rejects more than <paramref name="bytesMax"/>, which is an attack or a mistake. The limit includes
    /// <paramref name="before"/>, the bytes of earlier files in the same archive.
    /// </summary>
    /// <returns>All bytes, including those before.</returns>
    public static long Copy(Stream source, Action<ReadOnlySpan<byte>> write, long before, string name, long bytesMax)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            before += read;
            if (before > bytesMax)
                UnpackLimit.Refuse(name, bytesMax);

            write(buffer.AsSpan(0, read));
        }

        return before;
    }

    private static void Write(FileStream spool, ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            spool.Write(bytes);
        }
        catch (IOException full)
        {
            throw new IOException(
                $"{name} cannot be copied or unpacked into {Path.GetTempPath()}: {full.Message} (set TMPDIR to use another folder)", full);
        }
    }

    /// <summary>A new file with the content that <paramref name="fill"/> writes, positioned at its beginning.</summary>
    public static FileStream Of(Action<FileStream> fill)
    {
        FileStream spool = Create();
        try
        {
            fill(spool);
            spool.Position = 0;
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private static FileStream Create()
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using TemporaryPath name = TemporaryPath.InTemporaryFolder();
        return new FileStream(name.Path, options);
    }
}
