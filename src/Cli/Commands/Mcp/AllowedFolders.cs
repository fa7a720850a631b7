namespace ForkTrace.Cli.Commands;

/// <summary>
/// The folders that an agent may read. All symbolic links of a path are followed first, and the file must then be in one of these folders.
/// Someone who can change a folder between this check and the reading can still redirect the reader, so only its owner should be able to.
/// </summary>
internal sealed partial class AllowedFolders
{
    private const int EntriesMax = 100_000;
    private readonly string[] _folders;

    /// <exception cref="UsageException">A folder does not exist, or is not a folder.</exception>
    public AllowedFolders(IEnumerable<string> folders) => _folders = [.. folders.Select(FolderAt)];

    /// <summary>The folders as texts.</summary>
    public string Text => string.Join(", ", _folders);

    /// <summary>The file or folder that a path leads to.</summary>
    /// <param name="path">Absolute, or relative to one of the folders. The first folder that has it is taken.</param>
    /// <exception cref="UsageException">The folders have no such file. The message does not say whether a file elsewhere exists.</exception>
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

    // The other files that a reader opens: all files in a folder, the kernel's facts, a database's log.
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
