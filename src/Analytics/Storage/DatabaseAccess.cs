namespace ForkTrace.Analytics.Storage;

/// <summary>
/// What SQL may reach outside of the database that it is in: nothing, unless it is named here. A database may come from somebody else,
/// and a view in it can read any file that its reader can.
/// </summary>
public sealed record DatabaseAccess
{
    /// <summary>No file, no extension, no change of settings.</summary>
    public static DatabaseAccess None { get; } = new();

    /// <summary>Whatever DuckDB can do, extensions that it finds on this machine included.</summary>
    public static DatabaseAccess All { get; } = new() { IsUnlimited = true };

    /// <summary>Files and folders, with all that is in them, that SQL may read and write.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>True if nothing is refused.</summary>
    public bool IsUnlimited { get; private init; }

    /// <summary>Settings that hold from before the engine opens a file.</summary>
    internal IEnumerable<(string Name, string Value)> OpeningSettings()
    {
        // A function that the engine lacks is an error, not a download.
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        if (IsUnlimited || !Paths.IsEmpty)
            yield break;
        yield return ("enable_external_access", "false");
        yield return ("lock_configuration", "true");
    }

    /// <summary>What the engine takes only by SQL, and before anything else is asked.</summary>
    internal IEnumerable<string> OpeningStatements()
    {
        if (IsUnlimited || Paths.IsEmpty)
            yield break;
        ILookup<bool, string> isFolder = Paths.Select(Path.GetFullPath).ToLookup(Directory.Exists);
        yield return $"SET allowed_directories = {List(isFolder[true])}";
        yield return $"SET allowed_paths = {List(isFolder[false])}";
        yield return "SET enable_external_access = false";
        yield return "SET lock_configuration = true";
    }

    private static string List(IEnumerable<string> paths) =>
        $"[{string.Join(", ", paths.Select(path => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'"))}]";
}
