namespace DuckDB.NET.Native;

/// <summary>Reads one value that the engine passes to a table function.</summary>
public interface IDuckDBValueReader
{
    /// <summary>Whether the value is SQL's NULL.</summary>
    bool IsNull();

    /// <summary>The value as a .NET type.</summary>
    T GetValue<T>();
}
