using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace DuckDB.NET.Native;

/// <summary>Reads a UTF-8 text that stays the engine's, such as a column name: copied, never freed.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(BorrowedText))]
internal static unsafe class BorrowedText
{
    public static string? ConvertToManaged(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}
