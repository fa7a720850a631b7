namespace ForkTrace.Analytics.Storage;

/// <summary>
/// The files outside the database that SQL may access. A database can come from someone else, and a view in it could read any file that the
/// user can read.
/// </summary>
public sealed record DatabaseAccess
{
    /// <summary>No file, no extension, no change of settings.</summary>
    public static DatabaseAccess None { get; } = new();

    /// <summary>Everything that DuckDB can do, including extensions that it finds on this machine.</summary>
    public static DatabaseAccess All { get; } = new() { IsUnlimited = true };

    /// <summary>Files and folders, with all that is in them, that SQL may read and write.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>True if nothing is refused.</summary>
    public bool IsUnlimited { get; private init; }

    /// <summary>Settings that must be in force before the engine opens a file.</summary>
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

    /// <summary>Settings that the engine takes only as SQL. Run them before any other statement.</summary>
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
