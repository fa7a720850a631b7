namespace DuckDB.NET.Native;

/// <summary>What a statement produced (duckdb.h: <c>duckdb_result_type</c>).</summary>
public enum DuckDBResultType
{
    Invalid = 0,
    ChangedRows = 1,
    Nothing = 2,
    QueryResult = 3,
}
