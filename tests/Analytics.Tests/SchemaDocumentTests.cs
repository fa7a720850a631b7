using System.Text;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests;

/// <summary>docs/results-schema.md matches the database, and its example queries work.</summary>
public sealed class SchemaDocumentTests : IDisposable
{
    private const string Begin = "<!-- schema: begin.";
    private const string End = "<!-- schema: end -->";
    private static readonly string s_path = Path.Combine(RepositoryFiles.Root, "docs", "results-schema.md");

    private readonly TemporaryFolder _folder = new();
    private readonly ResultsDatabase _database;

    public SchemaDocumentTests() => _database = ResultsDatabase.Open(_folder.Database);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private static string[] QuestionTexts => [.. File.ReadAllText(s_path).Split("```sql\n").Skip(1).Select(rest => rest.Split("```")[0])];

    public static TheoryData<string> Questions() => new(QuestionTexts);

    [Fact]
    public void The_document_lists_the_tables_and_columns_of_the_database()
    {
        string document = File.ReadAllText(s_path);
        int begin = document.IndexOf('\n', document.IndexOf(Begin, StringComparison.Ordinal)) + 1;
        int end = document.IndexOf(End, StringComparison.Ordinal);
        string expected = Listing();
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1")
            File.WriteAllText(s_path, document[..begin] + expected + document[end..]);
        else
            Assert.Equal(expected, document[begin..end]);
    }

    [Fact]
    public void Every_table_view_and_column_is_described()
    {
        foreach (SchemaRelation relation in _database.ReadSchema())
        {
            Assert.EndsWith(".", relation.Description, StringComparison.Ordinal);
            Assert.All(relation.Columns, column => Assert.EndsWith(".", column.Description, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_listing_is_what_the_engine_itself_lists()
    {
        List<string> expected = _database.Rows("""
            SELECT table_name, column_name, data_type FROM information_schema.columns
            WHERE table_schema = 'main'
            ORDER BY table_name, ordinal_position
            """);
        Assert.Equal(
            expected,
            _database.ReadSchema()
                .OrderBy(relation => relation.Name, StringComparer.Ordinal)
                .SelectMany(relation => relation.Columns.Select(column => $"{relation.Name}|{column.Name}|{column.Type}")));
        Assert.Equal(
            [
                "capacity_curves", "cgroups", "comm_patterns", "comms", "cpu_matrix", "cpus", "fidelity", "grace_periods", "history", "issues", "latency",
                "latest_runs", "latest_validations", "lifetimes", "measured_fork_times", "measured_forks", "misses", "rcu_delays", "release_costs", "reuse", "summary",
                "timeline", "trace_timeline",
            ],
            _database.ReadSchema().Where(relation => relation.IsView).Select(relation => relation.Name));
    }

    [Fact]
    public void A_table_of_the_users_own_is_listed_without_description()
    {
        _database.Rows("CREATE TABLE mine (a INTEGER)");
        SchemaRelation mine = Assert.Single(_database.ReadSchema(), relation => relation.Name == "mine");
        Assert.Equal("", mine.Description);
        Assert.Equal([new SchemaColumn("a", "INTEGER", "")], mine.Columns);
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_question_has_an_answer(string sql)
    {
        _database.AddSmallRun();
        _database.AddSmallRun(Samples.LaterRun);
        List<string> rows = _database.Rows(sql);
        Assert.NotEmpty(rows);
        Assert.Equal(rows, _database.Rows(sql));
    }

    [Fact]
    public void There_are_questions() => Assert.Equal(7, Questions().Count);

    [Fact]
    public void Queries_give_the_content_of_the_results()
    {
        _database.AddSmallRun();
        _database.AddSmallRun(Samples.LaterRun);
        string[] questions = QuestionTexts;
        Assert.Equal(10, _database.Rows(questions[0]).Count);
        Assert.Equal(["1", "2", "4", "64"], _database.Rows(questions[1]).Select(row => row.Split('|')[1]));
        Assert.Equal(10, _database.Rows(questions[2]).Count);
        Assert.All(_database.Rows(questions[4]), row => Assert.Matches(@"\|0\.1\.0\|([^|]+)\|0\.2\.0\|\1$", row));
    }

    private string Listing()
    {
        StringBuilder text = new();
        foreach (SchemaRelation relation in _database.ReadSchema())
        {
            text.Append("\n### ").Append(relation.Name).Append(relation.IsView ? " (view)" : " (table)").Append("\n\n");
            text.Append(relation.Description).Append("\n\n| column | type | meaning |\n|---|---|---|\n");
            foreach (SchemaColumn column in relation.Columns)
                text.Append($"| {column.Name} | {column.Type} | {column.Description} |\n");
        }

        return text.Append('\n').ToString();
    }
}
