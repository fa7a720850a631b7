namespace ForkTrace.Ingest.Input;

/// <summary>
/// Temporary files for bytes that cannot be read at any place where they are: unpacked, or read from a pipe. Such a file has no name any more
/// once it is open, so a killed process leaves nothing behind; it is readable by its owner only.
/// </summary>
internal static class SpoolFile
{
    private const int BufferBytes = 1 << 20;

    // Of what comes through a pipe.
    private const long BytesMax = 1L << 40;

    /// <summary>Copies a pipe to its end into a new file; <paramref name="name"/> says in messages where it comes from.</summary>
    public static FileStream Fill(Stream source, string name) => Fill(source, name, BytesMax);

    /// <summary>As <see cref="Fill(Stream, string)"/>, of what is unpacked: rejects more than <paramref name="bytesMax"/>.</summary>
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
    /// Copies a stream to its end; rejects more than <paramref name="bytesMax"/>, which is an attack or a mistake. Bytes
    /// <paramref name="before"/>, of other files of the same archive, count as well.
    /// </summary>
    /// <returns>All bytes, those before included.</returns>
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
                $"{name} cannot be copied or unpacked into {Path.GetTempPath()}: {full.Message} (TMPDIR names another folder)", full);
        }
    }

    /// <summary>A new file of what <paramref name="fill"/> writes, to be read from its beginning.</summary>
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
