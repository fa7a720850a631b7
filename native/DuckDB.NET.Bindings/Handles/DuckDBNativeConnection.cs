using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>A connection to an open database: the scope of a transaction and of one running query.</summary>
public sealed class DuckDBNativeConnection() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>Asks the running query to stop; it then fails with an interrupt error. May be called from any thread.</summary>
    public void Interrupt() => EngineCalls.Interrupt(this);

    protected override bool ReleaseHandle()
    {
        EngineCalls.Disconnect(ref handle);
        return true;
    }
}
