using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>A type of the engine with its parameters: width and scale, child types, enum names.</summary>
public sealed class DuckDBLogicalType() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyLogicalType(ref handle);
        return true;
    }
}
