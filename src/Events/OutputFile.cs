namespace ForkTrace.Events;

/// <summary>An output is refused or cannot be written: one line that says which and why.</summary>
public sealed class OutputException(string message) : IOException(message);

/// <summary>A file that a run writes, whole or not at all. <see cref="OutputSet"/> has checked that nothing else is lost.</summary>
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

    /// <summary>True if an older file of the form is there, with content.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>The file as long as it is not whole; in the same folder.</summary>
    public string Draft => Temporary.Path;

    private TemporaryPath Temporary => _draft ??= TemporaryPath.Beside(TargetOf(Path));

    /// <summary>Refuses to replace what is there by a file of a form, unless it is of that form itself.</summary>
    /// <exception cref="OutputException">A file would be lost.</exception>
    public void Require(OutputForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        HasOlder = _there is not null && _outputs.IsOlder(Path, form, _there);
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(Action<Stream> write) => Write(Path, write);

    /// <summary>Lets <paramref name="fill"/> make <see cref="Draft"/>, and then gives it the file's name.</summary>
    /// <exception cref="OutputException">The file cannot be written. What <paramref name="fill"/> throws of its own passes through.</exception>
    public void Replace(Action<string> fill)
    {
        Replace(Path, Temporary, fill, overwrite: true);
        _draft = null;
    }

    /// <summary>Removes a file that is empty or of another form, for a writer that would add to it.</summary>
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
    /// <param name="path">The file. A symbolic link stays one: the file that it leads to is replaced.</param>
    /// <param name="fill">Makes the file whose name it is given.</param>
    /// <param name="overwrite">False to keep a file that somebody else has put there meanwhile.</param>
    /// <exception cref="OutputException">The file cannot be written. What <paramref name="fill"/> throws of its own passes through.</exception>
    public static void Replace(string path, Action<string> fill, bool overwrite = true) =>
        Replace(path, TemporaryPath.Beside(TargetOf(path)), fill, overwrite);

    /// <summary>Full path of the file that a path leads to, whether or not it is there.</summary>
    /// <exception cref="OutputException">Symbolic links lead nowhere.</exception>
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

    // The message of the failure would name the draft.
    private static string Reason(Exception failure, string draft, string path) => failure switch
    {
        UnauthorizedAccessException => "permission denied",
        FileNotFoundException or DirectoryNotFoundException => "no file can be made in that folder",
        _ => failure.Message.Replace($" : '{draft}'", "", StringComparison.Ordinal).Replace(draft, path, StringComparison.Ordinal),
    };
}
