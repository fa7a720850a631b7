namespace ForkTrace.Cli.Commands;

/// <summary>
/// The folders that an agent may read. A path is taken as the file that it leads to, all symbolic links followed, and that must lie in
/// one of them. Whoever can change a folder between this check and the reading can still lead the reader elsewhere: only its owner should.
/// </summary>
internal sealed partial class AllowedFolders
{
    private const int EntriesMax = 100_000;
    private readonly string[] _folders;

    /// <exception cref="UsageException">One is not there, or no folder.</exception>
    public AllowedFolders(IEnumerable<string> folders) => _folders = [.. folders.Select(FolderAt)];

    /// <summary>The folders as texts.</summary>
    public string Text => string.Join(", ", _folders);

    /// <summary>The file or folder that a path leads to.</summary>
    /// <param name="path">Absolute, or relative to one of the folders; the first that has it counts.</param>
    /// <exception cref="UsageException">There is none in the folders: of others it is not said whether they exist.</exception>
    public string Resolve(string path)
    {
        string? found = _folders.Select(folder => RealPath(Path.Combine(folder, path))).FirstOrDefault(real => real is not null && Holds(real));
        if (found is null)
            throw new UsageException($"there is no file '{path}' in {Text}");
        foreach (string other in ReadWith(found).Take(EntriesMax))
        {
            if (RealPath(other) is { } real && !Holds(real))
                throw new UsageException($"{other} is a link out of {Text}: remove it, or allow the folder that it leads to");
        }

        return found;
    }

    private bool Holds(string real) =>
        Array.Exists(_folders, folder => real == folder || real.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal));

    // What a reader opens beside the path that it is given: all that is in a folder, the kernel's facts, a database's log.
    private static IEnumerable<string> ReadWith(string path)
    {
        string name = Path.GetFileName(path);
        IEnumerable<string> facts = Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path) ?? path, $"*{KernelFacts.FileSuffix}")
            .Where(file => name.StartsWith(Path.GetFileName(file)[..^KernelFacts.FileSuffix.Length], StringComparison.Ordinal));
        EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };
        IEnumerable<string> parts = Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path, "*", all) : [$"{path}.wal"];
        return facts.Concat(parts);
    }

    private static string FolderAt(string path) => RealPath(Path.GetFullPath(path)) is { } real && Directory.Exists(real)
        ? real
        : throw new UsageException($"there is no folder '{path}'");

    private static unsafe string? RealPath(string path)
    {
        byte* real = RealPath(path, null);
        string? text = Marshal.PtrToStringUTF8((nint)real);
        Free(real);
        return text;
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* RealPath(string path, byte* buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static unsafe partial void Free(byte* memory);
}
