using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]

namespace DuckDB.NET.Native;

/// <summary>
/// The part of DuckDB's C API that DuckDB.NET.Data.dll calls. The nested classes under Generated/ hold one import a function; what
/// follows here is what an import cannot express.
/// </summary>
public static unsafe partial class NativeMethods
{
    /// <summary>The engine's library: libduckdb.so beside the assembly, or wherever the loader finds it.</summary>
    internal const string Engine = "duckdb";

    public static partial class DataChunks
    {
        /// <summary>Sets how many rows of a chunk are filled, and returns that number: the C function returns nothing.</summary>
        public static long DuckDBDataChunkSetSize(DuckDBDataChunk dataChunk, ulong size)
        {
            EngineCalls.DataChunkSetSize(dataChunk, size);
            return checked((long)size);
        }
    }
}
