using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>How a result is to be laid out as Arrow arrays.</summary>
public sealed class DuckDBArrowOptions() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyArrowOptions(ref handle);
        return true;
    }
}
