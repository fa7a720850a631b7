using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace DuckDB.NET.Native;

/// <summary>Lends an array of values to a call that copies them; each stays referenced, and so alive, until the call returns.</summary>
[CustomMarshaller(typeof(DuckDBValue[]), MarshalMode.ManagedToUnmanagedIn, typeof(ToEngine))]
internal static unsafe class BorrowedHandles
{
    public ref struct ToEngine
    {
        private DuckDBValue[] _values;
        private nint* _handles;
        private int _referenced;

        public void FromManaged(DuckDBValue[] values)
        {
            _values = values;
            _handles = (nint*)NativeMemory.Alloc((nuint)values.Length, (nuint)sizeof(nint));
            for (; _referenced < values.Length; _referenced++)
            {
                bool added = false;
                values[_referenced].DangerousAddRef(ref added);
                _handles[_referenced] = values[_referenced].DangerousGetHandle();
            }
        }

        public readonly nint* ToUnmanaged() => _handles;

        public readonly void Free()
        {
            for (int i = 0; i < _referenced; i++)
                _values[i].DangerousRelease();
            NativeMemory.Free(_handles);
        }
    }
}
