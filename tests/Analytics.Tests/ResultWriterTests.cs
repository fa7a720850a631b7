using System.Globalization;
using System.Text.Json;
using ForkTrace.Analytics.Tests.Fixtures;

namespace ForkTrace.Analytics.Tests;

/// <summary>Rows as CSV and as JSON.</summary>
public sealed class ResultWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ResultsDatabase _database;

    public ResultWriterTests() => _database = ResultsDatabase.Open(_folder.Database);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("SELECT 1 AS a, 'x' AS b", "a,b\n1,x\n")]
    [InlineData("SELECT NULL AS a, '' AS b, NULL AS c", "a,b,c\n,\"\",\n")]
    [InlineData(
        "SELECT 'a,b' AS \"a,b\", 'say \"hi\"' AS q, E'two\\nlines' AS n, E'x\\r' AS r",
        "\"a,b\",q,n,r\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"x\r\"\n")]
    [InlineData(
        "SELECT 0.1::DOUBLE AS a, 1e300::DOUBLE AS b, 'nan'::DOUBLE AS c, '-inf'::FLOAT AS d, 12.50 AS e",
        "a,b,c,d,e\n0.1,1E+300,NaN,-Infinity,12.50\n")]
    [InlineData("SELECT [1, NULL] AS a, MAP {'k': 1} AS b", "a,b\n\"[1,null]\",\"{\"\"k\"\":1}\"\n")]
    [InlineData("SELECT ' 🧵' AS a, TRUE AS b", "a,b\n 🧵,true\n")]
    [InlineData("SELECT 1 AS a WHERE FALSE", "a\n")]
    [InlineData(
        "SELECT '=1+1' AS a, '+1' AS b, '-1' AS c, '@x' AS d, E'\\tx' AS e, E'\\rx' AS f, 'a=1' AS g, '-1' AS \"=h\"",
        "a,b,c,d,e,f,g,'=h\n'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",a=1,'-1\n")]
    [InlineData(
        "SELECT -1 AS a, -0.5 AS b, '-inf'::DOUBLE AS c, -1::HUGEINT AS d, '=1,2' AS e, INTERVAL '-1 day' AS f",
        "a,b,c,d,e,f\n-1,-0.5,-Infinity,-1,\"'=1,2\",'-1 day\n")]
    [InlineData("SET VARIABLE x = 1", "")]
    public void Csv(string sql, string expected) => Assert.Equal(expected, Write(sql, ResultCsv.Write));

    [Theory]
    [InlineData("SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL ORDER BY a", "[\n{\"a\":1,\"b\":\"x\"},\n{\"a\":2,\"b\":null}\n]\n")]
    [InlineData(
        "SELECT 0.1::DOUBLE AS a, 'nan'::DOUBLE AS b, 'inf'::FLOAT AS c, '-inf'::DOUBLE AS d",
        "[\n{\"a\":0.1,\"b\":\"NaN\",\"c\":\"Infinity\",\"d\":\"-Infinity\"}\n]\n")]
    [InlineData(
        "SELECT 170141183460469231731687303715884105727 AS a, 12.50 AS b, TRUE AS c",
        "[\n{\"a\":170141183460469231731687303715884105727,\"b\":12.50,\"c\":true}\n]\n")]
    [InlineData("SELECT '99999999999999999999999999999.5'::DECIMAL(38,1) AS a", "[\n{\"a\":99999999999999999999999999999.5}\n]\n")]
    [InlineData(
        "SELECT [1, NULL] AS a, MAP {'k': {'x': 1.5}} AS b, '[true]'::JSON AS c",
        "[\n{\"a\":[1,null],\"b\":{\"k\":{\"x\":1.5}},\"c\":[true]}\n]\n")]
    [InlineData("SELECT ['nan'::DOUBLE] AS a", "[\n{\"a\":\"[NaN]\"}\n]\n")]
    [InlineData(
        "SELECT '</script>\"é🧵' || chr(27) || chr(10) AS \"a\"\"b\"",
        "[\n{\"a\\\"b\":\"</script>\\\"é\\uD83E\\uDDF5\\u001B\\n\"}\n]\n")]
    [InlineData("SELECT 1 AS a WHERE FALSE", "[\n]\n")]
    [InlineData(
        "SELECT 'a' || chr(8238) || 'b' AS \"x\u2066\", [chr(8206), chr(917505)] AS l, ('{\"k' || chr(1564) || '\": 1}')::JSON AS j",
        "[\n{\"x\\u2066\":\"a\\u202Eb\",\"l\":[\"\\u200E\",\"\\uDB40\\uDC01\"],\"j\":{\"k\\u061C\": 1}}\n]\n")]
    [InlineData("SET VARIABLE x = 1", "[\n]\n")]
    public void Json(string sql, string expected)
    {
        string text = Write(sql, ResultJson.Write);
        Assert.Equal(expected, text);
        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal(JsonValueKind.Array, document.RootElement.ValueKind);
    }

    [Fact]
    public void Columns_of_one_name_stay_apart_in_JSON()
    {
        using JsonDocument document = JsonDocument.Parse(Write("SELECT 1 AS a, 2 AS a_1, 3 AS a, 4 AS A", ResultJson.Write));
        JsonProperty[] members = [.. document.RootElement[0].EnumerateObject()];
        Assert.Equal([1, 2, 3, 4], members.Select(member => member.Value.GetInt32()));
        Assert.Equal(4, members.Select(member => member.Name).Distinct().Count());
    }

    [Fact]
    public void The_culture_of_the_user_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NumberDecimalSeparator = ",";
        strange.NumberFormat.NegativeSign = "minus ";
        try
        {
            CultureInfo.CurrentCulture = strange;
            Assert.Equal("a,b\n-1.5,-2\n", Write("SELECT -1.5::DOUBLE AS a, -2 AS b", ResultCsv.Write));
            Assert.Equal("[\n{\"a\":-1.5,\"b\":-2.5}\n]\n", Write("SELECT -1.5::DOUBLE AS a, -2.5 AS b", ResultJson.Write));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_summary_of_real_results_is_JSON_that_reads_back()
    {
        _database.AddSmallRun();
        using JsonDocument document = JsonDocument.Parse(Write("SELECT policy, parameters, hit_rate FROM summary", ResultJson.Write));
        Assert.Equal(10, document.RootElement.GetArrayLength());
        Assert.All(document.RootElement.EnumerateArray(), row => Assert.InRange(row.GetProperty("hit_rate").GetDouble(), 0, 1));
    }

    private string Write(string sql, Action<QueryResult, TextWriter> write)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using QueryResult result = _database.Query(sql);
        write(result, text);
        return text.ToString();
    }
}
