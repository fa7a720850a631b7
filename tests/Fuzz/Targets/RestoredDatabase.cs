using DuckDB.NET.Data;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz.Targets;

/// <summary>
/// A results database that stays open while its relations are changed, read and restored. To open and close the engine for each input takes
/// most of an input's time.
/// </summary>
internal sealed class RestoredDatabase : IDisposable
{
    private readonly List<(string Name, string Definition, bool IsTable)> _relations = [];

    public RestoredDatabase(byte[] whole)
    {
        File.WriteAllBytes(FilePath, whole);
        Connection = new DuckDBConnection($"Data Source={FilePath}");
        Connection.Open();

        // A query of so few rows costs a fifth less without a second thread.
        Connection.Execute("SET threads = 1");
        ReadRelations();
        Connection.Execute("ATTACH ':memory:' AS kept");
        foreach ((string name, _, _) in _relations.Where(relation => relation.IsTable))
            Connection.Execute($"CREATE TABLE kept.{name} AS FROM {name}");
    }

    public string FilePath { get; } = ScratchFile.NewPath() + ".duckdb";

    /// <summary>Shares its engine with every other connection of this process to the file.</summary>
    public DuckDBConnection Connection { get; }

    /// <summary>Makes relations anew as they were. False if the engine refuses one of them: the database is then of no more use.</summary>
    public bool TryRestore(IReadOnlySet<string> changed)
    {
        try
        {
            // In the order in which they were created: a view needs the relations that it names.
            foreach ((string name, string definition, bool isTable) in _relations.Where(relation => changed.Contains(relation.Name)))
            {
                Drop(name);
                Connection.Execute(definition);
                if (isTable)
                    Connection.Execute($"INSERT INTO {name} FROM kept.{name}");
            }

            return true;
        }
        catch (DuckDBException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        File.Delete(FilePath);
        File.Delete(FilePath + ".wal");
    }

    private void Drop(string name)
    {
        foreach (string kind in (ReadOnlySpan<string>)["TABLE", "VIEW"])
        {
            try
            {
                Connection.Execute($"DROP {kind} IF EXISTS {name}");
            }
            catch (DuckDBException)
            {
                // It is of the other kind.
            }
        }
    }

    private void ReadRelations()
    {
        using DuckDBCommand command = Connection.CreateCommand();
        command.CommandText = """
            SELECT name, sql, is_table FROM (
                SELECT table_name AS name, sql, true AS is_table, table_oid AS oid FROM duckdb_tables() WHERE NOT internal
                UNION ALL SELECT view_name, sql, false, view_oid FROM duckdb_views() WHERE NOT internal)
            ORDER BY NOT is_table, oid
            """;
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
            _relations.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
    }
}
