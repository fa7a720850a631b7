namespace ForkTrace.Events;

/// <summary>A kind of file that ForkTrace writes, known by its first bytes.</summary>
/// <param name="Name">What messages call it, with its article.</param>
/// <param name="Beginning">The bytes that every such file has; empty if it has none of its own.</param>
/// <param name="Offset">Where they stand.</param>
public sealed record OutputForm(string Name, byte[] Beginning, int Offset = 0)
{
    public static OutputForm Events { get; } = new("an event file", "ARROW1"u8.ToArray());
    public static OutputForm EventStream { get; } = new("an Arrow stream", [0xFF, 0xFF, 0xFF, 0xFF]);
    public static OutputForm EventCsv { get; } = new("a CSV file of events", "ts_ns,"u8.ToArray());
    public static OutputForm Parquet { get; } = new("a Parquet file", "PAR1"u8.ToArray());
    public static OutputForm Database { get; } = new("a DuckDB database", "DUCK"u8.ToArray(), 8);
    public static OutputForm Page { get; } = new("an HTML page", "<!DOCTYPE"u8.ToArray());
    public static OutputForm Json { get; } = new("a JSON file", "{"u8.ToArray());
    public static OutputForm Xml { get; } = new("an XML file", "<?xml"u8.ToArray());

    /// <summary>True if the file is of this form. An empty file is of every form.</summary>
    public bool IsFormOf(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!file.CanSeek)
            return false;
        byte[] found = new byte[Offset + Beginning.Length];
        int length = file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false);
        return length == 0 || (length == found.Length && found.AsSpan(Offset).SequenceEqual(Beginning));
    }
}

/// <summary>An output is refused or cannot be written: one line that says which and why.</summary>
public sealed class OutputException(string message) : IOException(message);

/// <summary>
/// A file that a command will write. It is checked before the work begins, so that no work is lost. It is then written whole or not at
/// all, and replaces only an older file of its own form.
/// </summary>
public sealed class OutputFile
{
    private static readonly UTF8Encoding s_text = new(encoderShouldEmitUTF8Identifier: false);

    private OutputFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>Checks a path at which a file of that form will be written, and what the command reads must survive.</summary>
    /// <exception cref="OutputException">No file can be there, or one would be lost.</exception>
    public static OutputFile At(string path, OutputForm form, params IEnumerable<string> recordings)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(recordings);
        RequireWritable(path);
        if (!File.Exists(path))
            return new OutputFile(path);
        if (recordings.Any(recording => IsSameFile(recording, path)))
            throw new OutputException($"refusing to overwrite {path}: it is the recording itself");
        if (IsDevice(path) || !form.IsFormOf(path))
            throw new OutputException($"refusing to overwrite {path}: it is not {form.Name}");
        return new OutputFile(path);
    }

    /// <summary>Refuses a path at which no file can be.</summary>
    /// <exception cref="OutputException">It is empty or a folder, or its folder is missing.</exception>
    public static void RequireWritable(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0)
            throw new OutputException("the output has no name");
        if (Directory.Exists(path))
            throw new OutputException($"cannot write {path}: it is a folder");
        string folder = FolderOf(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(folder))
            throw new OutputException($"cannot write {path}: there is no folder {folder}");
    }

    /// <summary>True if both paths lead to one file. Symbolic links are followed.</summary>
    public static bool IsSameFile(string left, string right) => File.Exists(left) && Resolve(left) == Resolve(right);

    /// <summary>Writes the file.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(Action<Stream> write) => Write(Path, write);

    /// <summary>Writes a file as text: UTF-8, lines that end in a line feed.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void WriteText(string path, Action<TextWriter> write) => Write(path, stream =>
    {
        using StreamWriter text = new(stream, s_text, leaveOpen: true) { NewLine = "\n" };
        write(text);
    });

    /// <inheritdoc cref="Write(Action{Stream})"/>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Replace(path, draft =>
        {
            using FileStream stream = new(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            write(stream);
        });
    }

    /// <summary>
    /// Lets <paramref name="fill"/> make a file of another name in the same folder, and then gives it the name <paramref name="path"/>.
    /// If anything fails, the path is as it was.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="fill">Makes the file whose name it is given.</param>
    /// <param name="overwrite">False to keep a file that somebody else has put there meanwhile.</param>
    /// <exception cref="OutputException">The file cannot be written. What <paramref name="fill"/> throws of its own passes through.</exception>
    public static void Replace(string path, Action<string> fill, bool overwrite = true)
    {
        ArgumentNullException.ThrowIfNull(fill);
        string full = System.IO.Path.GetFullPath(path);
        using TemporaryPath draft = TemporaryPath.Beside(full);
        try
        {
            fill(draft.Path);
            if (overwrite || !File.Exists(full))
                File.Move(draft.Path, full, overwrite);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException and not OutputException)
        {
            throw new OutputException($"cannot write {path}: {Reason(failure)}");
        }
    }

    // The message of the failure would name the draft.
    private static string Reason(Exception failure) => failure switch
    {
        UnauthorizedAccessException => "permission denied",
        FileNotFoundException or DirectoryNotFoundException => "no file can be made in that folder",
        _ => failure.Message,
    };

    private static string FolderOf(string fullPath) => System.IO.Path.GetDirectoryName(fullPath) ?? "/";

    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static string Resolve(string path)
    {
        FileInfo file = new(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName;
    }
}
