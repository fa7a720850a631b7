using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace DuckDB.NET.Native;

/// <summary>Reads a UTF-8 text that the engine allocated for the caller: copied, then freed with <c>duckdb_free</c>.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(OwnedText))]
internal static unsafe class OwnedText
{
    public static string? ConvertToManaged(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    public static void Free(byte* text)
    {
        if (text != null)
            EngineCalls.Free(text);
    }
}
