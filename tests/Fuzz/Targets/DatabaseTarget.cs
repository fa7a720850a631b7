using DuckDB.NET.Data;
using ForkTrace.Analytics;
using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Reports;
using ForkTrace.Analytics.Storage;
using ForkTrace.Cli.Commands;
using ForkTrace.Replay.Engine;
using ForkTrace.TestKit;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz.Targets;

/// <summary>
/// Results databases from other people: bytes of the file are damaged, or tables, views and values are wrong. A report must be created or
/// rejected. The database engine is not part of this project, so an error that it reports is not a finding.
/// </summary>
/// <remarks>
/// The first byte selects whether bytes or tables change, the second who reads. Then four bytes per change:
/// three for the place and one for the value; or relation, column, change and value.
/// </remarks>
internal sealed class DatabaseTarget : IFuzzTarget, IDisposable
{
    private const int ChangeBytes = 4;
    private const int ChangesMax = 32;
    private static readonly string[] s_values =
        ["NULL", "0", "-1", "9223372036854775807", "-9223372036854775808", "'nan'", "'inf'", "''", "'x'", "1e308", "'<b>'", "'2000-01-01'", "true"];

    // The reports, the page, and the fingerprints of `learn cluster`.
    private static readonly int s_readers = ReportCatalog.All.Length + 2;

    private readonly Lazy<byte[]> _whole = new(Whole);
    private readonly Lazy<(string Name, string[] Columns)[]> _relations;
    private readonly string _path = ScratchFile.NewPath() + ".duckdb";

    private RestoredDatabase? _open;

    public DatabaseTarget() => _relations = new(Relations);

    public string Name => "database";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds() =>
    [
        .. Enumerable.Range(0, s_readers).Select(report =>
            new byte[] { 1, (byte)report, (byte)report, (byte)(report % 7), (byte)(report % 9), (byte)(report % 5) }),
        [0, 0, 0, 0, 1, 255], [0, 3, 128, 0, 0, 1], [0, 20, 200, 0, 0, 7, 100, 0, 0, 3],
    ];

    public bool Run(byte[] input)
    {
        if (input.Length < 2 + ChangeBytes)
            return false;
        byte[] file = [.. _whole.Value];
        bool isOfBytes = (input[0] & 1) == 0;
        if (isOfBytes)
            Damage(file, input);
        File.WriteAllBytes(_path, file);
        try
        {
            if (!isOfBytes)
            {
                using DuckDBConnection connection = new($"Data Source={_path}");
                connection.Open();
                Change(connection, input);
            }

            using ResultsDatabase database = ResultsDatabase.OpenReadOnly(_path);
            Read(database, input[1] % s_readers);
            return true;
        }
        catch (ResultsDatabaseException rejection) when (rejection.Message.Length > 0)
        {
            return false;
        }
        finally
        {
            File.Delete(_path);
            File.Delete(_path + ".wal");
        }
    }

    // Damaged bytes are for the engine.
    public bool RunAlone(byte[] input)
    {
        if (input.Length < 2 + ChangeBytes)
            return false;
        _open ??= new RestoredDatabase(_whole.Value);
        HashSet<string> changed = Change(_open.Connection, input);
        try
        {
            using ResultsDatabase database = ResultsDatabase.OpenReadOnly(_open.FilePath);
            Read(database, input[1] % s_readers);
            return true;
        }
        catch (ResultsDatabaseException rejection) when (rejection.Message.Length > 0)
        {
            return false;
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

    private static void Damage(byte[] file, byte[] input)
    {
        foreach (byte[] change in input.Skip(2).Chunk(ChangeBytes).Where(change => change.Length == ChangeBytes).Take(ChangesMax))
        {
            long place = ((change[0] << 16) | (change[1] << 8) | change[2]) * (long)file.Length >> 24;
            file[place] = change[3];
        }
    }

    private HashSet<string> Change(DuckDBConnection connection, byte[] input)
    {
        HashSet<string> changed = [];
        foreach (byte[] change in input.Skip(2).Chunk(ChangeBytes).Where(change => change.Length == ChangeBytes).Take(ChangesMax))
        {
            (string name, string[] columns) = _relations.Value[change[0] % _relations.Value.Length];
            changed.Add(name);
            try
            {
                Execute(connection, Statement(name, columns[change[1] % columns.Length], change[2], s_values[change[3] % s_values.Length]));
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

    private static void Read(ResultsDatabase database, int report)
    {
        if (report == ReportCatalog.All.Length)
        {
            HtmlReport.Write(database, Stream.Null);
            return;
        }

        if (report > ReportCatalog.All.Length)
        {
            StoredFingerprints.Read(database.FilePath);
            return;
        }

        using QueryResult rows = ReportCatalog.Ask(ReportCatalog.All[report], database, null, null, null, isFolded: false);
        while (rows.Read())
        {
            for (int column = 0; column < rows.Columns.Length; column++)
                _ = rows.Text(column);
        }
    }

    private static byte[] Whole()
    {
        string path = ScratchFile.NewPath() + ".duckdb";
        using (ResultsDatabase database = ResultsDatabase.Open(path))
        {
            DateTimeOffset then = DateTimeOffset.UnixEpoch;
            using ForkTrace.Events.EventTable events = SyntheticTrace.Random(seed: 1, forks: 60, cpus: 2);
            ReplayPlan plan = Replays.Plan("linux-4.9", "linux-5.18:capacity=1..3", "learned") with { Threads = 1 };
            database.AddRun(new RunDescription("1.0.0", "run", then, then), RunFindings.Of(events, plan));
        }

        byte[] whole = File.ReadAllBytes(path);
        File.Delete(path);
        return whole;
    }

    private (string Name, string[] Columns)[] Relations()
    {
        File.WriteAllBytes(_path, _whole.Value);
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

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
