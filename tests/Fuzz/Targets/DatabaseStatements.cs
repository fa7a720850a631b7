using DuckDB.NET.Data;

namespace ForkTrace.Fuzz.Targets;

internal static class DatabaseStatements
{
    /// <summary>Runs a statement whose rows nobody wants.</summary>
    public static void Execute(this DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
