using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>The context of a connection, as functions that the engine calls back see it.</summary>
public sealed class DuckDBClientContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>The engine's number of the connection.</summary>
    public ulong ConnectionId => EngineCalls.ClientContextConnectionId(this);

    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyClientContext(ref handle);
        return true;
    }
}
