using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using DuckDB.NET.Data;

namespace ForkTrace.Analytics.Storage;

/// <summary>The numbered scripts of the folder Schema: each takes a database from the version before to its own.</summary>
internal static class SchemaScripts
{
    private static readonly ImmutableArray<string> s_names = FindNames();

    /// <summary>The version that this assembly writes.</summary>
    public static int Latest => s_names.Length;

    /// <summary>Applies what is missing, all of it or nothing.</summary>
    /// <exception cref="ResultsDatabaseException">The database is not ForkTrace's, or newer than this assembly.</exception>
    public static void Apply(DuckDBConnection connection, string path) => Apply(connection, path, Latest);

    /// <summary>As the other, up to a version; one that is there already stays.</summary>
    /// <exception cref="ResultsDatabaseException">The database is not ForkTrace's, or newer than this assembly.</exception>
    internal static void Apply(DuckDBConnection connection, string path, int upTo)
    {
        int current = VersionOf(connection, path);
        if (current >= upTo)
            return;
        try
        {
            using DuckDBTransaction transaction = connection.BeginTransaction();
            for (int version = current + 1; version <= upTo; version++)
            {
                string name = s_names[version - 1];
                connection.Execute(ReadScript(name));
                connection.Execute("INSERT INTO schema_version (version, script) VALUES (?, ?)", version, name);
            }

            transaction.Commit();
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

    // Another program may have a table of that name: the first script's name tells.
    private static int RecordedVersion(DuckDBConnection connection)
    {
        try
        {
            object? version = connection.Scalar(
                "SELECT max(version) FROM schema_version HAVING bool_or(version = 1 AND script = ?)", s_names[0]);
            return version is int number ? number : 0;
        }
        catch (DuckDBException)
        {
            return 0;
        }
    }

    private static ImmutableArray<string> FindNames()
    {
        ImmutableArray<string> names =
        [
            .. typeof(SchemaScripts).Assembly.GetManifestResourceNames()
                .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        for (int index = 0; index < names.Length; index++)
        {
            if (!names[index].StartsWith(string.Create(CultureInfo.InvariantCulture, $"{index + 1:000}_"), StringComparison.Ordinal))
                throw new InvalidOperationException($"Schema script {names[index]} is not numbered {index + 1:000}.");
        }

        return names;
    }

    private static string ReadScript(string name)
    {
        Assembly assembly = typeof(SchemaScripts).Assembly;
        using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
