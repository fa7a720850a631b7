using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>How far the running query is (duckdb.h: <c>duckdb_query_progress_type</c>, 24 bytes).</summary>
/// <param name="Percentage">0 to 100, or -1 where the engine does not track it.</param>
/// <param name="RowsProcessed">Rows read so far.</param>
/// <param name="TotalRowsToProcess">Rows that the engine expects to read.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBQueryProgress(double Percentage, ulong RowsProcessed, ulong TotalRowsToProcess);
