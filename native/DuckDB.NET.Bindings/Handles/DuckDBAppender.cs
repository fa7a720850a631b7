using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>A bulk writer of one table; what it holds is flushed when it is closed.</summary>
public sealed class DuckDBAppender() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyAppender(ref handle);
        return true;
    }
}
