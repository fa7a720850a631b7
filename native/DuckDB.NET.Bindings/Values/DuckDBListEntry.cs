using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>Where the items of one list lie in the child vector (duckdb.h: <c>duckdb_list_entry</c>, 16 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBListEntry(ulong Offset, ulong Length);
