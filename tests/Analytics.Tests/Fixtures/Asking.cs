namespace ForkTrace.Analytics.Tests.Fixtures;

/// <summary>Short ways to query a database in a test.</summary>
internal static class Asking
{
    /// <summary>The rows as text, fields joined by a bar, NULL as a dash.</summary>
    public static List<string> Rows(this ResultsDatabase database, string sql)
    {
        using QueryResult result = database.Query(sql);
        List<string> rows = [];
        while (result.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, result.Columns.Length).Select(column => result.Text(column) ?? "-")));
        return rows;
    }

    /// <summary>The only value of the only row.</summary>
    public static object? Value(this ResultsDatabase database, string sql)
    {
        using QueryResult result = database.Query(sql);
        Assert.True(result.Read());
        object? value = result[0];
        Assert.Single(result.Columns);
        Assert.False(result.Read());
        return value;
    }
}
