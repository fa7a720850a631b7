using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>A statement that the engine parsed and bound, with its parameters.</summary>
public sealed class DuckDBPreparedStatement() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyPrepare(ref handle);
        return true;
    }
}
