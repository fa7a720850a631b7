using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>Options that a database is opened with.</summary>
public sealed class DuckDBConfig() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyConfig(ref handle);
        return true;
    }
}
