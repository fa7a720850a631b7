using DuckDB.NET.Data;
using ForkTrace.Analytics.Storage;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz.Targets;

/// <summary>
/// Results databases from other people: tables, views and values are wrong, or bytes of the file. A reader must do its work or reject the database.
/// The database engine is not part of this project, so an error that it reports is not a finding.
/// </summary>
/// <remarks>
/// The first byte selects the reader and what is wrong. Then four bytes per change: relation, column, change and value, or those of <see
/// cref="DamagedDatabase"/>.
/// </remarks>
internal sealed class DatabaseTarget : IFuzzTarget, IDisposable
{
    private const int ChangeBytes = 4;
    private const int ChangesMax = 32;

    // Set in the first byte if bytes of the file are wrong.
    private const int IsDamaged = 0x80;
    private static readonly string[] s_values =
        ["NULL", "0", "-1", "9223372036854775807", "-9223372036854775808", "'nan'", "'inf'", "''", "'x'", "1e308", "'<b>'", "'2000-01-01'", "true"];

    private readonly DatabaseReaders _readers;
    private readonly DamagedDatabase _damaged;
    private readonly Lazy<(string Name, string[] Columns)[]> _relations;
    private readonly string _path = ScratchFile.NewPath() + ".duckdb";
    private RestoredDatabase? _open;

    public DatabaseTarget()
    {
        _readers = new();
        _damaged = new(_readers);
        _relations = new(Relations);
    }

    public string Name => "database";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds() =>
    [
        .. Enumerable.Range(0, DatabaseReaders.Count).Select(reader =>
            new byte[] { (byte)reader, (byte)reader, (byte)(reader % 7), (byte)(reader % 9), (byte)(reader % 5) }),
        [IsDamaged, 0, 0, 1, 255], [IsDamaged | 3, 128, 0, 0, 1], [IsDamaged | 20, 200, 0, 0, 7, 100, 0, 0, 3],
    ];

    public bool Run(byte[] input)
    {
        if (input.Length < 1 + ChangeBytes)
            return false;
        if (input[0] >= IsDamaged)
            return _damaged.TryRead(ReaderOf(input), ChangesOf(input));
        File.WriteAllBytes(_path, _readers.Whole);
        try
        {
            using (DuckDBConnection connection = new($"Data Source={_path}"))
            {
                connection.Open();
                Change(connection, input);
            }

            return _readers.TryRead(_path, ReaderOf(input));
        }
        finally
        {
            File.Delete(_path);
            File.Delete(_path + ".wal");
        }
    }

    public bool RunAlone(byte[] input)
    {
        if (input.Length < 1 + ChangeBytes)
            return false;
        if (input[0] >= IsDamaged)
            return _damaged.TryRead(ReaderOf(input), ChangesOf(input));
        _open ??= new RestoredDatabase(_readers.Whole);
        HashSet<string> changed = Change(_open.Connection, input);
        try
        {
            return _readers.TryRead(_open.FilePath, ReaderOf(input));
        }
        finally
        {
            if (!_open.TryRestore(changed))
            {
                _open.Dispose();
                _open = null;
            }
        }
    }

    public void Dispose()
    {
        File.Delete(_path);
        _open?.Dispose();
    }

    private static int ReaderOf(byte[] input) => input[0] % IsDamaged;

    private static IEnumerable<byte[]> ChangesOf(byte[] input) =>
        input.Skip(1).Chunk(ChangeBytes).Where(change => change.Length == ChangeBytes).Take(ChangesMax);

    private HashSet<string> Change(DuckDBConnection connection, byte[] input)
    {
        HashSet<string> changed = [];
        foreach (byte[] change in ChangesOf(input))
        {
            (string name, string[] columns) = _relations.Value[change[0] % _relations.Value.Length];
            changed.Add(name);
            try
            {
                connection.Execute(Statement(name, columns[change[1] % columns.Length], change[2], s_values[change[3] % s_values.Length]));
            }
            catch (DuckDBException)
            {
                // Not every change fits every relation.
            }
        }

        return changed;
    }

    private static string Statement(string relation, string column, byte change, string value) => (change % 10) switch
    {
        0 => $"DROP TABLE {relation} CASCADE",
        1 => $"DROP VIEW {relation}",
        2 => $"ALTER TABLE {relation} DROP COLUMN {column}",
        3 => $"ALTER TABLE {relation} ALTER {column} TYPE VARCHAR",
        4 => $"ALTER TABLE {relation} RENAME {column} TO other",
        5 => $"DELETE FROM {relation}",
        6 => $"CREATE OR REPLACE VIEW {relation} AS SELECT {value} AS {column}",
        7 => $"INSERT INTO {relation} ({column}) VALUES ({value})",
        8 => $"UPDATE {relation} SET {column} = {column} || {value}",
        _ => $"UPDATE {relation} SET {column} = {value}",
    };

    private (string Name, string[] Columns)[] Relations()
    {
        File.WriteAllBytes(_path, _readers.Whole);
        using DuckDBConnection connection = new($"Data Source={_path}");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT table_name, column_name FROM information_schema.columns ORDER BY table_name, ordinal_position";
        using DuckDBDataReader reader = command.ExecuteReader();
        List<(string Relation, string Column)> columns = [];
        while (reader.Read())
            columns.Add((reader.GetString(0), reader.GetString(1)));
        return [.. columns.GroupBy(column => column.Relation).Select(group => (group.Key, group.Select(column => column.Column).ToArray()))];
    }
}
