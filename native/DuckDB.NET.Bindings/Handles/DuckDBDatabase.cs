using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>An open database, in memory or in a file; closing it writes what is pending.</summary>
public sealed class DuckDBDatabase() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        EngineCalls.Close(ref handle);
        return true;
    }
}
