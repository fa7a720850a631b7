namespace ForkTrace.Analytics.Storage;

/// <summary>Statements in one call.</summary>
internal static class Statements
{
    /// <summary>Runs a statement, or several without parameters; positional parameters follow.</summary>
    public static void Execute(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using DuckDBCommand command = Prepare(connection, sql, parameters);
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null if it is NULL or there is no row.</summary>
    public static object? Scalar(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using DuckDBCommand command = Prepare(connection, sql, parameters);
        object? value = command.ExecuteScalar();
        return value is DBNull ? null : value;
    }

    private static DuckDBCommand Prepare(DuckDBConnection connection, string sql, ReadOnlySpan<object?> parameters)
    {
        DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // All callers pass literals and scripts of this assembly, or a statement that is the user's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (object? parameter in parameters)
            command.Parameters.Add(new DuckDBParameter { Value = parameter });
        return command;
    }
}

/// <summary>Makes one line of the engine's messages, which quote the statement over several, with a caret below.</summary>
internal static class OneLine
{
    /// <summary>The lines joined by a space, without those that hold only a caret; control characters become spaces.</summary>
    public static string Of(string message)
    {
        StringBuilder line = new(message.Length);
        foreach (string part in message.Split('\n'))
        {
            string text = part.Trim();
            if (text.Length == 0 || text.All(character => character is '^' or ' '))
                continue;
            if (line.Length > 0)
                line.Append(' ');
            foreach (char character in text)
                line.Append(char.IsControl(character) ? ' ' : character);
        }

        return line.ToString();
    }
}
