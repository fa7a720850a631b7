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

    /// <summary>
    /// What closes the engine, as SQL to run before any other statement. If it were closed when it opens, it could not use its folder for
    /// temporary files.
    /// </summary>
    internal IEnumerable<string> OpeningStatements()
    {
        if (IsUnlimited)
            yield break;
        if (!Paths.IsEmpty)
        {
            ILookup<bool, string> isFolder = Paths.Select(Path.GetFullPath).ToLookup(Directory.Exists);
            yield return $"SET allowed_directories = {List(isFolder[true])}";
            yield return $"SET allowed_paths = {List(isFolder[false])}";
        }

        yield return "SET enable_external_access = false";
        yield return "SET lock_configuration = true";
    }

    private static string List(IEnumerable<string> paths) =>
        $"[{string.Join(", ", paths.Select(path => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'"))}]";
}
