using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// Opens a recording by path: a file, a pipe, standard input, or the folder that <c>perf record --threads</c> writes. What is packed is
/// unpacked, what cannot be sought in is copied, into a temporary file without a name.
/// </summary>
public static class TraceOpener
{
    public const string StandardInput = "-";

    private const nint StandardInputDescriptor = 0;

    /// <summary>The path as messages show it.</summary>
    public static string Shown(string path) => path == StandardInput ? "standard input" : path;

    private static string FolderName(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <summary>Opens a recording; rejects one that is empty, or a folder of something else. I/O errors come as they are.</summary>
    public static TraceInput Open(string path) =>
        Directory.Exists(path) ? TraceFolder.Open(path, FolderName(path), null) : Open(OpenFile(path), path);

    /// <summary>
    /// Opens the file as it is, still packed, so that it can be sought in: a pipe, and standard input, are copied. A pipe can be opened
    /// but once, so whoever has to look at a file's first bytes opens it here and goes on with the result.
    /// </summary>
    public static FileStream OpenFile(string path)
    {
        if (path == StandardInput)
        {
            using SafeFileHandle descriptor = new(StandardInputDescriptor, ownsHandle: false);
            using FileStream standard = new(descriptor, FileAccess.Read, bufferSize: 0);
            return SpoolFile.Fill(standard, Shown(path));
        }

        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.CanSeek)
            return file;
        using (file)
            return SpoolFile.Fill(file, path);
    }

    /// <summary>The recording in a file from <see cref="OpenFile"/>, which it takes over, also if it throws.</summary>
    public static TraceInput Open(FileStream file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        FileStamp stamp = new(file.Name, file.SafeFileHandle);
        TraceInput? input = null;
        try
        {
            input = Unwrapped(file, path);
            return input;
        }
        finally
        {
            // Also where it could not be unpacked: then this is why. A file that is read as it is is asked again at the end.
            bool hasChanged = stamp.HasChanged;
            if (hasChanged)
                input?.Dispose();
            if (hasChanged || input is not { IsPacked: false })
                file.Dispose();
            if (hasChanged)
                Reject.Changed(stamp);
        }
    }

    private static TraceInput Unwrapped(FileStream file, string path)
    {
        if (file.Length == 0)
            throw new IngestException("empty", $"{Shown(path)} is empty", 0);
        string name = path == StandardInput ? "stdin" : Path.GetFileName(path);
        FileStream? unpacked = Wrapping.Unwrap(file, Shown(path), out ArchivedFolder? folder);
        if (folder is null)
            return unpacked is null ? new TraceInput(file, name, null) : new TraceInput(unpacked, name, file);
        using (folder)
            return TraceFolder.Open(folder.Path, name, file);
    }
}
