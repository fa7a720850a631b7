using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// Opens a recording by path: a file, a pipe, standard input, or the folder that <c>perf record --threads</c> writes. What is packed is
/// unpacked, what cannot be mapped is copied, into a temporary file without a name.
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
        try
        {
            if (file.Length == 0)
                throw new IngestException("empty", $"{Shown(path)} is empty", 0);
            string name = path == StandardInput ? "stdin" : Path.GetFileName(path);
            FileStream? unpacked = Wrapping.Unwrap(file, Shown(path), out ArchivedFolder? folder);
            if (folder is not null)
            {
                using (folder)
                using (file)
                    return TraceFolder.Open(folder.Path, name, file);
            }

            if (unpacked is null)
                return new TraceInput(file, name, null);
            using (file)
                return new TraceInput(unpacked, name, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
