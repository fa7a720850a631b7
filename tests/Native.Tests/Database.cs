using System.Globalization;
using DuckDB.NET.Data;

namespace ForkTrace.Native.Tests;

/// <summary>An open database of one test, in memory or in a file of its own that goes with it.</summary>
internal sealed class Database : IDisposable
{
    private readonly DirectoryInfo? _folder;

    private Database(string source, DirectoryInfo? folder)
    {
        _folder = folder;
        Source = source;
        Connection = new DuckDBConnection($"Data Source={source}");
        Connection.Open();
    }

    public string Source { get; }

    public DuckDBConnection Connection { get; }

    public static Database InMemory() => new(":memory:", null);

    public static Database InFile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("forktrace-native-");
        return new(Path.Combine(folder.FullName, "results.duckdb"), folder);
    }

    /// <summary>Runs a statement; positional parameters follow.</summary>
    public int Execute(string sql, params object?[] parameters)
    {
        using DuckDBCommand command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row, in the type that the provider chooses.</summary>
    public object? Scalar(string sql, params object?[] parameters)
    {
        using DuckDBCommand command = Command(sql, parameters);
        return command.ExecuteScalar();
    }

    /// <summary>The first column of the first row, as <typeparamref name="T"/>.</summary>
    public T Scalar<T>(string sql, params object?[] parameters)
    {
        using DuckDBCommand command = Command(sql, parameters);
        using DuckDBDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return reader.GetFieldValue<T>(0);
    }

    /// <summary>The first column of the first row, as the engine itself writes it.</summary>
    public string? Text(string sql, params object?[] parameters) =>
        Convert.ToString(Scalar($"SELECT CAST(({sql}) AS VARCHAR)", parameters), CultureInfo.InvariantCulture);

    public DuckDBCommand Command(string sql, params object?[] parameters)
    {
        DuckDBCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        foreach (object? parameter in parameters)
            command.Parameters.Add(new DuckDBParameter { Value = parameter });
        return command;
    }

    public void Dispose()
    {
        Connection.Dispose();
        _folder?.Delete(recursive: true);
    }
}
