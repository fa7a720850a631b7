using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>The statements of one SQL text, parsed apart.</summary>
public sealed class DuckDBExtractedStatements() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyExtracted(ref handle);
        return true;
    }
}
