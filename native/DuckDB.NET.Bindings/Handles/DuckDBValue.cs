using Microsoft.Win32.SafeHandles;

namespace DuckDB.NET.Native;

/// <summary>One value of any type of the engine: a parameter of a statement or of a table function.</summary>
public sealed class DuckDBValue() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true), IDuckDBValueReader
{
    /// <summary>Whether the value is SQL's NULL.</summary>
    public bool IsNull() => EngineCalls.IsNullValue(this);

    /// <summary>The value as a .NET type; the engine casts where it can.</summary>
    /// <typeparam name="T">A number, bool, string, Guid, or a date or time type.</typeparam>
    /// <exception cref="InvalidCastException">The value is NULL, or no value is read as <typeparamref name="T"/>.</exception>
    public T GetValue<T>() => IsNull()
        ? throw new InvalidCastException($"The value is NULL and cannot be read as {typeof(T)}.")
        : (T)ValueConversion.Read(this, typeof(T));

    protected override bool ReleaseHandle()
    {
        EngineCalls.DestroyValue(ref handle);
        return true;
    }
}
