namespace ForkTrace.Events;

/// <summary>
/// All files that a run writes. Each is checked before the work begins, so that neither work nor files are lost. At the path there may be
/// no file, an empty file, or an older file of the same form. It must not be an input or another output of the run.
/// </summary>
/// <param name="inputs">Paths that the run reads. Texts that are not paths, and files that do not exist, are ignored.</param>
/// <param name="isForced">True to replace files of any form. Inputs, other outputs and irregular files are still refused.</param>
public sealed partial class OutputSet(IEnumerable<string> inputs, bool isForced = false)
{
    private const int MayEnterAndWrite = 3;
    private const int FilesMax = 10_000;

    /// <summary>True if files of any form are replaced.</summary>
    public bool IsForced { get; } = isForced;

    private readonly string[] _inputs = [.. inputs];
    private readonly List<(string Path, string Place)> _outputs = [];
    private readonly HashSet<string> _newFolders = new(StringComparer.Ordinal);

    /// <summary>Checks a path where a file of that form will be written.</summary>
    /// <exception cref="OutputException">No file can be written there, or another file would be lost.</exception>
    public OutputFile Add(string path, OutputForm form)
    {
        OutputFile file = Add(path);
        file.Require(form);
        return file;
    }

    /// <summary>Same, for a form that is known only later: call <see cref="OutputFile.Require"/> before the file is written.</summary>
    /// <exception cref="OutputException">No file can be written there, or an input or another output is there.</exception>
    public OutputFile Add(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0)
            throw new OutputException("the output has no name");
        FileIdentity? there = FileIdentity.Of(path);
        if (there is not null && (there.Kind != FileKind.Regular || IsDevice(path)))
            throw new OutputException($"cannot write {path}: it is {(there.Kind == FileKind.Regular ? "a device" : there.KindText)}");
        string target = OutputFile.TargetOf(path);
        string folder = Path.GetDirectoryName(target) ?? "/";
        RequireFolder(path, folder);
        RefuseOther(path, there?.Place ?? $"{FileIdentity.Of(folder)?.Place}/{Path.GetFileName(target)}");
        if (there is not null)
            RefuseInput(path, there);
        return new OutputFile(this, path, there);
    }

    /// <summary>Checks a folder for outputs. The run creates it if it does not exist.</summary>
    /// <exception cref="OutputException">Something else is there, or the folder cannot be created.</exception>
    public void AddFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileIdentity? there = FileIdentity.Of(path);
        if (there is not null && there.Kind != FileKind.Folder)
            throw new OutputException($"cannot write into {path}: it is {there.KindText}, not a folder");
        if (there is not null)
            return;
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string parent = Path.GetDirectoryName(folder) ?? "/";
        if (!Directory.Exists(parent))
            AddFolder(parent);
        else
            RequireFolder(path, parent);
        _newFolders.Add(folder);
    }

    private void RequireFolder(string path, string folder)
    {
        if (_newFolders.Contains(folder))
            return;
        if (!Directory.Exists(folder))
            throw new OutputException($"cannot write {path}: the folder {folder} does not exist");
        if (OperatingSystem.IsLinux() && Access(folder, MayEnterAndWrite) != 0)
            throw new OutputException($"cannot write {path}: {folder}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    private void RefuseOther(string path, string place)
    {
        foreach ((string other, string taken) in _outputs)
        {
            if (taken == place)
                throw new OutputException($"cannot write {path}: it is the same file as {other}, which this run writes too");
        }

        _outputs.Add((path, place));
    }

    private void RefuseInput(string path, FileIdentity there)
    {
        if (Array.Find(_inputs, input => FileIdentity.Of(input)?.Place == there.Place) is { } same)
            throw new OutputException($"refusing to overwrite {path}: it is {(same == path ? "an input" : $"the input {same}")} of this run");
    }

    /// <summary>True if a file is an older one of the form; false if it is empty, or may be replaced anyway.</summary>
    internal bool IsOlder(string path, OutputForm form, FileIdentity there)
    {
        bool isEmpty = new FileInfo(OutputFile.TargetOf(path)).Length == 0;
        if (isEmpty || form.IsFormOf(path))
            return !isEmpty;
        string found = form.Beginnings.IsEmpty ? "exists already" : $"is not {form.Name}";
        if (!IsForced)
            throw new OutputException($"refusing to overwrite {path}: it {found} (use --force to replace it)");
        if (Array.Find(_inputs, input => Directory.Exists(input) && Holds(input, there)) is { } recording)
            throw new OutputException($"refusing to overwrite {path}: it is part of the input {recording}");
        return false;
    }

    // A folder that is a recording has few files. Any other folder may have any number.
    private static bool Holds(string folder, FileIdentity file)
    {
        EnumerationOptions options = new()
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 3,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        return Directory.EnumerateFiles(folder, "*", options).Take(FilesMax).Any(part => FileIdentity.Of(part)?.Place == file.Place);
    }

    // The target of a name in /dev may be a regular file, but the name itself must not become one.
    private static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
