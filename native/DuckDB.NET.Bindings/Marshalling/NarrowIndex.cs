using System.Runtime.InteropServices.Marshalling;

namespace DuckDB.NET.Native;

/// <summary>Passes an <c>int</c> where C has a 64-bit <c>idx_t</c> or <c>size_t</c>, so that no half of a register is left to chance.</summary>
[CustomMarshaller(typeof(int), MarshalMode.ManagedToUnmanagedIn, typeof(NarrowIndex))]
[CustomMarshaller(typeof(int), MarshalMode.ManagedToUnmanagedOut, typeof(NarrowIndex))]
internal static class NarrowIndex
{
    public static ulong ConvertToUnmanaged(int index) => checked((ulong)index);

    public static int ConvertToManaged(ulong index) => checked((int)index);
}
