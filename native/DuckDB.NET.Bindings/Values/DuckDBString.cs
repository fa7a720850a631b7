using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>
/// A VARCHAR or BLOB inside a vector (duckdb.h: <c>duckdb_string_t</c>, 16 bytes). Up to 12 bytes lie in the struct itself; longer ones
/// are a 4-byte prefix and a pointer. It is read where it lies: a copy of a short one would point into the copy.
/// <code>
///   0        4                                16
///   | length | bytes, zero-padded             |   length up to 12
///   | length | prefix | pointer               |   longer
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct DuckDBString
{
    private const int InlineLengthMax = 12;

    private _value_e__Union _value;

    /// <summary>The bytes, valid as long as the vector that holds this.</summary>
    public sbyte* Data => Length <= InlineLengthMax
        ? (sbyte*)Unsafe.AsPointer(ref _value.inlined.inlined[0])
        : _value.pointer.ptr;

    /// <summary>Bytes, without a terminator.</summary>
    public readonly int Length => checked((int)_value.inlined.length);

#pragma warning disable CA1707, CA1034, CA1051, IDE1006 // The provider asks for these names, nested and with public fields.
    [StructLayout(LayoutKind.Explicit)]
    public struct _value_e__Union
    {
        [FieldOffset(0)]
        public DuckDBStringPointer pointer;

        [FieldOffset(0)]
        public DuckDBStringInlined inlined;

        /// <summary>The layout of a text longer than 12 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        public struct DuckDBStringPointer
        {
            public uint length;
            public fixed sbyte prefix[4];
            public sbyte* ptr;
        }

        /// <summary>The layout of a text of at most 12 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        public struct DuckDBStringInlined
        {
            public uint length;
            public fixed sbyte inlined[InlineLengthMax];
        }
    }
#pragma warning restore CA1707, CA1034, CA1051, IDE1006
}
