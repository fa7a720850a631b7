using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>
/// The result of a statement (duckdb.h: <c>duckdb_result</c>, 48 bytes). The engine fills and reads it; copies share what it points to,
/// so exactly one of them is closed.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct DuckDBResult
{
    // Five fields that the C API deprecated, and one pointer to what counts.
    private readonly ulong _columnCount;
    private readonly ulong _rowCount;
    private readonly ulong _rowsChanged;
    private readonly nint _columns;
    private readonly nint _errorMessage;
    private readonly nint _internalData;

    /// <summary>Frees what the result holds and clears it; closing twice is harmless.</summary>
    public void Close() => EngineCalls.DestroyResult(ref this);
}
