using DuckDB.NET.Data;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Reports;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;

namespace ForkTrace.Analytics.Tests;

/// <summary>A database whose tables and views have other values than ForkTrace writes is rejected in one line.</summary>
public sealed class ForeignValuesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("NULL::DOUBLE AS hit_rate", "column hit_rate has the value NULL, which ForkTrace does not write there")]
    [InlineData("'inf'::DOUBLE AS hit_rate", "column hit_rate has the value Infinity, which")]
    [InlineData("'x' AS cached_mean_bytes", "column cached_mean_bytes has the value x, which")]
    [InlineData("1e300 AS allocations", "column allocations has the value 1E+300, which")]
    public void On_the_page(string value, string expected)
    {
        Change("summary", value);
        AssertRejects(expected, database => HtmlReport.Write(database, Stream.Null));
    }

    [Theory]
    [InlineData("NULL AS policy", "column policy has the value NULL, which ForkTrace does not write there")]
    [InlineData("'x' AS engine_version", "column engine_version has the value x, which")]
    [InlineData("-1 AS policy_version", "column policy_version has the value -1, which")]
    [InlineData("repeat('y', 1000) AS policy_version", "column policy_version has the value yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy, which")]
    public void In_a_comparison(string value, string expected)
    {
        Change("history", value);
        AssertRejects(expected, database => ComparisonSide.Read(database, "side"));
    }

    [Fact]
    public void Without_a_view_there_is_no_report()
    {
        Run("DROP VIEW history");
        AssertRejects(
            $"{_folder.Database} has no view history, which every results database has",
            database => ReportCatalog.Ask(ReportCatalog.All.Single(report => report.Name == "history"), database).Dispose());
    }

    private void Change(string view, string value) =>
        Run($"CREATE TABLE kept AS FROM {view}; CREATE OR REPLACE VIEW {view} AS SELECT * REPLACE ({value}) FROM kept");

    private void Run(string sql)
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
            database.AddSmallRun();
        using DuckDBConnection connection = new($"Data Source={_folder.Database}");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void AssertRejects(string expected, Action<ResultsDatabase> read)
    {
        using ResultsDatabase database = ResultsDatabase.OpenReadOnly(_folder.Database);
        ResultsDatabaseException rejection = Assert.Throws<ResultsDatabaseException>(() => read(database));
        Assert.StartsWith(expected, rejection.Message, StringComparison.Ordinal);
        Assert.Equal(ResultsFault.Content, rejection.Fault);
    }
}
