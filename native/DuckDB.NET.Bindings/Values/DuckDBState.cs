namespace DuckDB.NET.Native;

/// <summary>Whether a C function did what it was asked (duckdb.h: <c>duckdb_state</c>).</summary>
public enum DuckDBState
{
    Success = 0,
    Error = 1,
}
