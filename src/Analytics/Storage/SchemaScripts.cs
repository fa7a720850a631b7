using System.Reflection;

namespace ForkTrace.Analytics.Storage;

/// <summary>
/// The numbered scripts of the folder Schema: changes of tables. Each upgrades a database to the version of its number. Scripts are
/// never edited, and numbers may be skipped. <see cref="SchemaViews"/> creates the views anew whenever scripts are applied, so a change of
/// views needs a new number too: a script that holds only a comment.
/// </summary>
internal static class SchemaScripts
{
    private static readonly ImmutableArray<(int Version, string Name)> s_scripts = FindScripts();

    /// <summary>The version that this assembly writes.</summary>
    public static int Latest => s_scripts[^1].Version;

    /// <summary>
    /// Applies the missing scripts, each in its own transaction, because DuckDB cannot alter a table that the same transaction has updated. If a
    /// process is killed between two scripts, the database has the version of the first, and the next call continues.
    /// </summary>
    /// <exception cref="ResultsDatabaseException">The database is not ForkTrace's, or newer than this assembly.</exception>
    public static void Apply(DuckDBConnection connection, string path) => Apply(connection, path, SchemaViews.Create);

    /// <summary>The same without views, which take longer than the tables.</summary>
    public static void ApplyTables(DuckDBConnection connection, string path) => Apply(connection, path, _ => { });

    private static void Apply(DuckDBConnection connection, string path, Action<DuckDBConnection> createViews)
    {
        int current = VersionOf(connection, path);
        if (current == Latest)
            return;
        try
        {
            foreach ((int version, string name) in s_scripts.Where(script => script.Version > current))
            {
                using DuckDBTransaction transaction = connection.BeginTransaction();
                SchemaViews.Drop(connection);
                foreach (string statement in SqlStatements.Split(ReadScript(name)))
                    connection.Execute(statement);
                connection.Execute("INSERT INTO schema_version (version, script) VALUES (?, ?)", version, name);
                if (version == Latest)
                    createViews(connection);
                transaction.Commit();
            }
        }
        catch (DuckDBException fault)
        {
            throw new ResultsDatabaseException(
                ResultsFault.File, $"cannot write the schema of {path}: {OneLine.Of(fault.Message)}", fault);
        }
    }

    /// <summary>The schema's version; 0 for a database without tables.</summary>
    /// <exception cref="ResultsDatabaseException">The database is not ForkTrace's, or newer than this assembly.</exception>
    public static int VersionOf(DuckDBConnection connection, string path)
    {
        const string Relations = "SELECT count(*) FROM information_schema.tables WHERE table_catalog = current_database()";
        if (Convert.ToInt64(connection.Scalar(Relations), CultureInfo.InvariantCulture) == 0)
            return 0;
        int version = RecordedVersion(connection);
        if (version == 0)
            throw new ResultsDatabaseException(ResultsFault.Content, $"{path} is a DuckDB database, but not of ForkTrace's results");
        if (version <= Latest)
            return version;
        throw new ResultsDatabaseException(
            ResultsFault.Content,
            $"{path} has version {version} of the results schema, and this ForkTrace knows 1 to {Latest}: use a newer one");
    }

    // Another program may have a table of that name; the name of the first script identifies ours.
    private static int RecordedVersion(DuckDBConnection connection)
    {
        try
        {
            object? version = connection.Scalar(
                "SELECT max(version) FROM schema_version HAVING bool_or(version = 1 AND script = ?)", s_scripts[0].Name);
            return version is int number ? number : 0;
        }
        catch (DuckDBException)
        {
            return 0;
        }
    }

    private static ImmutableArray<(int Version, string Name)> FindScripts() =>
    [
        .. typeof(SchemaScripts).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && char.IsAsciiDigit(name[0]))
            .Order(StringComparer.Ordinal)
            .Select(name => (int.Parse(name.AsSpan(0, 3), CultureInfo.InvariantCulture), name)),
    ];

    internal static string ReadScript(string name)
    {
        Assembly assembly = typeof(SchemaScripts).Assembly;
        using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
