using System.Text;
using System.Text.Json;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;

namespace ForkTrace.Analytics.Tests;

public sealed class EventParquetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_holds_every_row_with_names_for_numbers()
    {
        using EventColumns events = SmallTrace.Read();
        string path = _folder.File("o'brien.parquet");
        EventParquet.Write(events, path);
        using ResultsDatabase database = ResultsDatabase.InMemory(new DatabaseAccess { Paths = [path] });
        string file = $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
        Assert.Equal(
            [
                "ts_ns|BIGINT", "cpu|USMALLINT", "kind|VARCHAR", "task|INTEGER", "other|INTEGER", "tid|INTEGER", "comm|VARCHAR",
                "value|BIGINT",
            ],
            database.Rows($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {file})"));
        Assert.Equal(
            ["death_switch|300", "exit|300", "free|300", "newtask|300"],
            database.Rows($"SELECT kind, count(*) FROM {file} GROUP BY kind ORDER BY kind"));
        Assert.Equal(
            [$"{Sum(events.TimesNs)}|{Sum(events.Values)}|worker"],
            database.Rows($"SELECT sum(ts_ns), sum(value), min(comm) FROM {file}"));
        Assert.Equal(["o'brien.parquet"], _folder.FileNames);
    }

    [Fact]
    public void The_facts_are_in_its_metadata()
    {
        using EventColumns events = SmallTrace.Read();
        string path = _folder.File("small.parquet");
        EventParquet.Write(events, path);
        using ResultsDatabase database = ResultsDatabase.InMemory(new DatabaseAccess { Paths = [path] });
        string json = (string)database.Value(
            $"SELECT decode(value) FROM parquet_kv_metadata('{path}') WHERE decode(key) = '{EventFile.FactsKey}'")!;
        Assert.Equal(TraceFactsJson.Serialize(events.Facts), TraceFactsJson.Serialize(TraceFactsJson.Deserialize(json)));
    }

    [Fact]
    public void What_its_columns_mean_is_in_its_metadata_too()
    {
        using EventColumns events = SmallTrace.Read();
        EventParquet.Write(events, _folder.File("small.parquet"));
        JsonElement meanings = Meanings(_folder.File("small.parquet"));
        Assert.Equal(EventField.Of(events.Facts).Select(field => field.Name), meanings.EnumerateObject().Select(member => member.Name));
        Assert.Equal("ns", meanings.GetProperty("ts_ns").GetProperty("unit").GetString());
        Assert.All(meanings.EnumerateObject(), member => Assert.NotEmpty(member.Value.GetProperty("description").GetString()!));
    }

    [Fact]
    public void Rows_of_a_query_are_described_like_the_columns_that_they_are_of()
    {
        ResultsDatabase.Open(_folder.Database).Dispose();
        OutputFile rows = new OutputSet([]).Add(_folder.File("rows.parquet"), OutputForm.RowsParquet);
        using ResultsDatabase database = ResultsDatabase.OpenReadOnly(_folder.Database, new DatabaseAccess { Paths = [rows.Draft] });
        database.WriteParquet("SELECT policy, cost_mean_ns, 1 AS own, low_ns FROM summary JOIN latency USING (policy)", rows);
        JsonElement meanings = Meanings(_folder.File("rows.parquet"));
        Assert.Equal("ns", meanings.GetProperty("cost_mean_ns").GetProperty("unit").GetString());
        Assert.StartsWith("What a fork paid", meanings.GetProperty("cost_mean_ns").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.False(meanings.TryGetProperty("own", out _));
    }

    [Fact]
    public void A_missing_folder_is_reported_in_one_line()
    {
        using EventColumns events = SmallTrace.Read();
        string path = _folder.File("nowhere/x.parquet");
        ResultsDatabaseException refusal = Assert.Throws<ResultsDatabaseException>(() => EventParquet.Write(events, path));
        Assert.Equal(ResultsFault.File, refusal.Fault);
        Assert.StartsWith($"cannot write {path}: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void An_empty_table_is_a_file_too()
    {
        using EventColumns events = new(0);
        events.Complete(new TraceFacts { Format = "made" }, CommTable.Empty);
        EventParquet.Write(events, _folder.File("empty.parquet"));
        Assert.Equal("PAR1", Encoding.ASCII.GetString(File.ReadAllBytes(_folder.File("empty.parquet")).AsSpan(0, 4)));
    }

    private static JsonElement Meanings(string path)
    {
        using ResultsDatabase database = ResultsDatabase.InMemory(new DatabaseAccess { Paths = [path] });
        return JsonElement.Parse((string)database.Value(
            $"SELECT decode(value) FROM parquet_kv_metadata('{path}') WHERE decode(key) = '{EventField.MetadataKey}'")!);
    }

    private static long Sum(ReadOnlySpan<long> values)
    {
        long sum = 0;
        foreach (long value in values)
            sum += value;
        return sum;
    }
}
