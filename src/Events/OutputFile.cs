namespace ForkTrace.Events;

/// <summary>An output is refused or cannot be written. The message says in one line which one and why.</summary>
public sealed class OutputException(string message) : IOException(message);

/// <summary>A file that a run writes completely or not at all. <see cref="OutputSet"/> has checked that no other file is lost.</summary>
public sealed class OutputFile
{
    private static readonly UTF8Encoding s_text = new(encoderShouldEmitUTF8Identifier: false);

    private readonly OutputSet _outputs;
    private readonly FileIdentity? _there;
    private TemporaryPath? _draft;

    internal OutputFile(OutputSet outputs, string path, FileIdentity? there)
    {
        _outputs = outputs;
        _there = there;
        Path = path;
    }

    public string Path { get; }

    /// <summary>True if an older file of the same form, with content, exists.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>The path of the incomplete file, in the same folder.</summary>
    public string Draft => Temporary.Path;

    private TemporaryPath Temporary => _draft ??= TemporaryPath.Beside(TargetOf(Path));

    /// <summary>Checks that a file of this form may replace the existing one: that file must have the same form.</summary>
    /// <exception cref="OutputException">Another file would be lost.</exception>
    public void Require(OutputForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        HasOlder = _there is not null && _outputs.IsOlder(Path, form, _there);
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(Action<Stream> write) => Write(Path, write);

    /// <summary>Calls <paramref name="fill"/> to create <see cref="Draft"/>, then renames it to the file's name.</summary>
    /// <exception cref="OutputException">The file cannot be written. Exceptions of <paramref name="fill"/> pass through.</exception>
    public void Replace(Action<string> fill)
    {
        Replace(Path, Temporary, fill, overwrite: true);
        _draft = null;
    }

    /// <summary>Removes a file that is empty or of another form, for a writer that would append to it.</summary>
    /// <exception cref="OutputException">It cannot be removed.</exception>
    public void RemoveOther()
    {
        try
        {
            if (!HasOlder)
                File.Delete(Path);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new OutputException($"cannot replace {Path}: {Reason(failure, Path, Path)}");
        }
    }

    /// <summary>Writes a text file: UTF-8, lines that end with a line feed.</summary>
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
    /// Calls <paramref name="fill"/> to create a file with another name in the same folder, then renames it to <paramref name="path"/>. If
    /// anything fails, the path stays unchanged.
    /// </summary>
    /// <param name="path">The file. If it is a symbolic link, its target is replaced.</param>
    /// <param name="fill">Creates the file whose name it is given.</param>
    /// <param name="overwrite">False to keep a file that somebody else has created there in the meantime.</param>
    /// <exception cref="OutputException">The file cannot be written. Exceptions of <paramref name="fill"/> pass through.</exception>
    public static void Replace(string path, Action<string> fill, bool overwrite = true) =>
        Replace(path, TemporaryPath.Beside(TargetOf(path)), fill, overwrite);

    /// <summary>Full path of the file after following links, whether or not it exists.</summary>
    /// <exception cref="OutputException">The symbolic links cannot be resolved.</exception>
    internal static string TargetOf(string path)
    {
        FileInfo file = new(path);
        try
        {
            return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new OutputException($"cannot write {path}: {Reason(failure, path, path)}");
        }
    }

    private static void Replace(string path, TemporaryPath temporary, Action<string> fill, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(fill);
        string target = TargetOf(path);
        using TemporaryPath draft = temporary;
        try
        {
            fill(draft.Path);
            if (overwrite || !File.Exists(target))
                File.Move(draft.Path, target, overwrite);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException and not OutputException)
        {
            throw new OutputException($"cannot write {path}: {Reason(failure, draft.Path, path)}");
        }
    }

    // The exception's own message would name the draft.
    private static string Reason(Exception failure, string draft, string path) => failure switch
    {
        UnauthorizedAccessException => "permission denied",
        FileNotFoundException or DirectoryNotFoundException => "no file can be created in that folder",
        _ => failure.Message.Replace($" : '{draft}'", "", StringComparison.Ordinal).Replace(draft, path, StringComparison.Ordinal),
    };
}
