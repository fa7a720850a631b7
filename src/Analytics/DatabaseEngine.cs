namespace ForkTrace.Analytics;

/// <summary>The DuckDB engine that results are kept in.</summary>
public static class DatabaseEngine
{
    /// <summary>The version of the loaded engine, e.g. <c>v1.5.6</c>.</summary>
    /// <exception cref="DllNotFoundException">libduckdb.so is not beside the binaries.</exception>
    public static string ReadVersion()
    {
        using DuckDBConnection connection = new(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        return connection.ServerVersion;
    }
}
