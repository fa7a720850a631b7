using System.Data;
using System.Numerics;

namespace ForkTrace.Analytics;

/// <summary>
/// The rows of a query, read one after the other as the engine computes them. A value is null, a bool, a number (a .NET integer,
/// <see cref="BigInteger"/>, float, double, decimal) or a text. All other types are texts as DuckDB writes them; lists, structs and maps are JSON.
/// </summary>
public sealed class QueryResult : IDisposable
{
    private const int ShownMax = 60;

    private readonly DuckDBCommand _command;
    private readonly DuckDBDataReader _reader;
    private bool _isDisposed;

    private QueryResult(DuckDBCommand command, ImmutableArray<QueryColumn> columns)
    {
        _command = command;
        _reader = command.ExecuteReader();
        Columns = columns.IsDefault ? ColumnsOf(_reader) : columns;
    }

    /// <summary>The columns; none for a statement that gives no rows.</summary>
    public ImmutableArray<QueryColumn> Columns { get; }

    /// <summary>The value of a column in the current row.</summary>
    /// <exception cref="ResultsDatabaseException">The type of the value must be cast to VARCHAR first.</exception>
    public object? this[int column]
    {
        get
        {
            try
            {
                return _reader.IsDBNull(column) ? null : Simplify(_reader.GetValue(column));
            }
            catch (Exception fault) when (IsEngineFault(fault))
            {
                QueryColumn asked = Columns[column];
                throw new ResultsDatabaseException(
                    ResultsFault.Statement, $"column {asked.Name} is of type {asked.Type}: select CAST({asked.Name} AS VARCHAR)", fault);
            }
        }
    }

    /// <summary>Goes to the next row. The first call goes to the first row. False after the last row.</summary>
    /// <exception cref="ResultsDatabaseException">The engine failed while it computed the row: its message, on one line.</exception>
    /// <exception cref="ObjectDisposedException">The database has run another query in the meantime.</exception>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            return _reader.Read();
        }
        catch (Exception fault) when (IsEngineFault(fault))
        {
            throw Refusal(fault);
        }
    }

    /// <summary>The value of a column in the current row as text, the same in every culture; null for NULL.</summary>
    public string? Text(int column) => this[column] switch
    {
        null => null,
        bool value => value ? "true" : "false",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        object value => value.ToString(),
    };

    /// <summary>The value of a column in the current row as text, which must not be NULL.</summary>
    /// <exception cref="ResultsDatabaseException">It is NULL.</exception>
    public string TextOf(int column) => Text(column) ?? throw Unexpected(column);

    /// <summary>The value of a column in the current row, which must be a number; null for NULL.</summary>
    /// <exception cref="ResultsDatabaseException">It is something else.</exception>
    public double? Number(int column) => this[column] switch
    {
        null => null,
        BigInteger value => (double)value,
        object value and not (bool or string) => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => throw Unexpected(column),
    };

    /// <summary>The value of a column in the current row, which must be an integer of at most 64 bits; null for NULL.</summary>
    /// <exception cref="ResultsDatabaseException">It is something else.</exception>
    public long? WholeNumber(int column) => this[column] switch
    {
        null => null,
        BigInteger value when value >= long.MinValue && value <= long.MaxValue => (long)value,
        ulong value when value <= long.MaxValue => (long)value,
        object value and (sbyte or byte or short or ushort or int or uint or long) => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => throw Unexpected(column),
    };

    /// <summary>What to throw for a value that ForkTrace does not write. Anyone can change a database, and it can come from someone else.</summary>
    public ResultsDatabaseException Unexpected(int column)
    {
        string value = Text(column) ?? "NULL";
        return new ResultsDatabaseException(
            ResultsFault.Content,
            $"column {Columns[column].Name} has the value {value[..Math.Min(value.Length, ShownMax)]}, which ForkTrace does not write there");
    }

    /// <summary>Reads the rows that are left into a table, for charts and LINQ. NULL is <see cref="DBNull"/>.</summary>
    /// <exception cref="ResultsDatabaseException">The engine failed while it computed a row.</exception>
    public DataTable ToTable()
    {
        DataTable table = new() { Locale = CultureInfo.InvariantCulture };
        foreach ((int index, QueryColumn column) in Columns.Index())
        {
            Type type = _reader.GetFieldType(index);
            table.Columns.Add(column.Name, column.IsPlain ? type : typeof(string));
        }

        while (Read())
            table.Rows.Add([.. Columns.Select((_, index) => this[index])]);
        return table;
    }

    /// <summary>Ends the query, whether or not it was read to its end.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _reader.Dispose();
        _command.Dispose();
    }

    /// <summary>Starts a single statement.</summary>
    internal static QueryResult Start(DuckDBConnection connection, string statement)
    {
        ImmutableArray<QueryColumn> columns = Describe(connection, statement);
        bool isWrapped = !columns.IsDefault && columns.Any(column => !column.IsPlain);
        DuckDBCommand command = connection.CreateCommand();
        try
        {
#pragma warning disable CA2100 // The statement is what the user asks for.
            command.CommandText = isWrapped ? AsText(columns, statement) : statement;
#pragma warning restore CA2100
            command.UseStreamingMode = true;
            return new QueryResult(command, columns);
        }
        catch
        {
            command.Dispose();
            throw;
        }
    }

    /// <summary>Whether the engine or its provider refused something. The provider throws all these types.</summary>
    internal static bool IsEngineFault(Exception fault) => fault is not ObjectDisposedException && fault
        is DuckDBException or InvalidOperationException or InvalidCastException or ArgumentException or OverflowException
        or NotImplementedException or NotSupportedException;

    internal static ResultsDatabaseException Refusal(Exception fault) => new(ResultsFault.Statement, OneLine.Of(fault.Message), fault);

    // The provider gives types without their parts, so ask the engine. Returns the default for a statement that cannot be a subquery (EXPLAIN,
    // PRAGMA, INSERT, a mistake). Such a statement is run as it is, and the engine's message is about the user's own text.
    private static ImmutableArray<QueryColumn> Describe(DuckDBConnection connection, string statement)
    {
        try
        {
            using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement is what the user asks for; DESCRIBE binds it and does not run it.
            command.CommandText = $"DESCRIBE SELECT * FROM (\n{statement}\n)";
#pragma warning restore CA2100
            using DuckDBDataReader reader = command.ExecuteReader();
            ImmutableArray<QueryColumn>.Builder columns = ImmutableArray.CreateBuilder<QueryColumn>();
            while (reader.Read())
                columns.Add(new QueryColumn(reader.GetString(0), reader.GetString(1)));
            return columns.DrainToImmutable();
        }
        catch (Exception fault) when (IsEngineFault(fault))
        {
            return default;
        }
    }

    // Lets the engine write what the provider cannot read: NULLs in lists, intervals of months, infinite dates, 38 digits.
    private static string AsText(ImmutableArray<QueryColumn> columns, string statement)
    {
        StringBuilder sql = new("SELECT ");
        for (int index = 0; index < columns.Length; index++)
        {
            QueryColumn column = columns[index];
            string value = string.Create(CultureInfo.InvariantCulture, $"c{index}");
            string name = column.Name.Replace("\"", "\"\"", StringComparison.Ordinal);
            string text = column.IsNested ? $"CAST(to_json({value}) AS VARCHAR)" : $"CAST({value} AS VARCHAR)";
            sql.Append(index > 0 ? ", " : "").Append(column.IsPlain ? value : text).Append(" AS \"").Append(name).Append('"');
        }

        string names = string.Join(", ", Enumerable.Range(0, columns.Length).Select(index => $"c{index}"));
        return sql.Append(" FROM (\n").Append(statement).Append("\n) AS rows(").Append(names).Append(')').ToString();
    }

    private static ImmutableArray<QueryColumn> ColumnsOf(DuckDBDataReader reader) =>
        [.. Enumerable.Range(0, reader.FieldCount).Select(i => new QueryColumn(reader.GetName(i), EngineName(reader.GetDataTypeName(i))))];

    // BigInt -> BIGINT
    private static string EngineName(string providerName) => providerName.ToUpperInvariant();

    private static object Simplify(object value) => value switch
    {
        bool or string or float or double or decimal or BigInteger => value,
        sbyte or byte or short or ushort or int or uint or long or ulong => value,
        Guid id => id.ToString("D"),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        _ => throw new InvalidCastException($"A {value.GetType().Name} has no text."),
    };
}

/// <summary>A column of a query's result.</summary>
/// <param name="Name">Its name in the query. Several columns may have the same name.</param>
/// <param name="Type">DuckDB's type, e.g. <c>BIGINT</c>, <c>DECIMAL(18,3)</c>, <c>STRUCT(a INTEGER)[]</c>.</param>
public sealed record QueryColumn(string Name, string Type)
{
    /// <summary>Whether values are numbers: integers of any width, <c>FLOAT</c>, <c>DOUBLE</c>, <c>DECIMAL</c>.</summary>
    public bool IsNumeric => Type
        is "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT"
        or "UHUGEINT" or "BIGNUM" or "FLOAT" or "DOUBLE" || IsDecimal;

    /// <summary>Whether values are texts that hold JSON: lists, structs, maps and unions.</summary>
    public bool IsJson => Type == "JSON" || IsNested;

    // DECIMAL(18,3)[] is a list of decimals, not a decimal: a nested type ends in a bracket or begins with its word.
    internal bool IsNested =>
        Type.EndsWith(']') || StartsWith("STRUCT(") || StartsWith("MAP(") || StartsWith("UNION(") || Type is "LIST" or "STRUCT" or "MAP";

    /// <summary>Whether the provider reads every value of the type, NULLs and extremes included.</summary>
    internal bool IsPlain => (IsNumeric && !IsWideDecimal) || Type is "BOOLEAN" or "VARCHAR" or "JSON";

    private bool IsDecimal => StartsWith("DECIMAL(") && Type.EndsWith(')');

    // System.Decimal holds 28 digits.
    private bool IsWideDecimal => IsDecimal && int.TryParse(Type.AsSpan(8, Type.IndexOf(',') - 8), out int digits) && digits > 28;

    private bool StartsWith(string word) => Type.StartsWith(word, StringComparison.Ordinal);
}
