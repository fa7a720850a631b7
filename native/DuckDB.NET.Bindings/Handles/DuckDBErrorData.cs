using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>What went wrong in a call that reports errors as an object, or that nothing did.</summary>
public sealed class DuckDBErrorData() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>Whether there is an error; a null handle has none.</summary>
    public bool HasError => !IsInvalid && EngineCalls.ErrorDataHasError(this);

    /// <summary>The engine's message; empty without an error.</summary>
    public string Message => IsInvalid ? "" : EngineCalls.ErrorDataMessage(this) ?? "";

    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyErrorData(ref handle);
        return true;
    }
}
