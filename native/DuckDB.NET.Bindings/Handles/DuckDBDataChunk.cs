using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>A horizontal slice of a table: one vector a column, at most <c>duckdb_vector_size</c> rows.</summary>
public sealed class DuckDBDataChunk : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>A chunk that this handle will own, as the engine returns it.</summary>
    public DuckDBDataChunk()
        : base(ownsHandle: true)
    {
    }

    /// <summary>A chunk that the engine lends to a callback and keeps.</summary>
    public DuckDBDataChunk(nint chunk)
        : base(ownsHandle: false) => SetHandle(chunk);

    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyDataChunk(ref handle);
        return true;
    }
}
