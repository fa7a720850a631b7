using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace DuckDB.NET.Native;

/// <summary>C functions that only this assembly calls: releases of handles, and the reading of single values.</summary>
internal static unsafe partial class EngineCalls
{
    private const string Engine = NativeMethods.Engine;

    [LibraryImport(Engine, EntryPoint = "duckdb_free")]
    public static partial void Free(void* memory);

    [LibraryImport(Engine, EntryPoint = "duckdb_close")]
    public static partial void Close(ref nint database);

    [LibraryImport(Engine, EntryPoint = "duckdb_disconnect")]
    public static partial void Disconnect(ref nint connection);

    [LibraryImport(Engine, EntryPoint = "duckdb_interrupt")]
    public static partial void Interrupt(DuckDBNativeConnection connection);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_config")]
    public static partial void DestroyConfig(ref nint config);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_prepare")]
    public static partial void DestroyPrepare(ref nint statement);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_extracted")]
    public static partial void DestroyExtracted(ref nint statements);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_result")]
    public static partial void DestroyResult(ref DuckDBResult result);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_logical_type")]
    public static partial void DestroyLogicalType(ref nint type);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_data_chunk")]
    public static partial void DestroyDataChunk(ref nint chunk);

    [LibraryImport(Engine, EntryPoint = "duckdb_data_chunk_set_size")]
    public static partial void DataChunkSetSize(DuckDBDataChunk chunk, ulong size);

    // Its state repeats what closing the appender already reported.
    [LibraryImport(Engine, EntryPoint = "duckdb_appender_destroy")]
    public static partial DuckDBState DestroyAppender(ref nint appender);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_arrow_options")]
    public static partial void DestroyArrowOptions(ref nint options);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_client_context")]
    public static partial void DestroyClientContext(ref nint context);

    [LibraryImport(Engine, EntryPoint = "duckdb_client_context_get_connection_id")]
    public static partial ulong ClientContextConnectionId(DuckDBClientContext context);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_error_data")]
    public static partial void DestroyErrorData(ref nint error);

    [LibraryImport(Engine, EntryPoint = "duckdb_error_data_has_error")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ErrorDataHasError(DuckDBErrorData error);

    [LibraryImport(Engine, EntryPoint = "duckdb_error_data_message")]
    [return: MarshalUsing(typeof(BorrowedText))]
    public static partial string? ErrorDataMessage(DuckDBErrorData error);

    [LibraryImport(Engine, EntryPoint = "duckdb_destroy_value")]
    public static partial void DestroyValue(ref nint value);

    [LibraryImport(Engine, EntryPoint = "duckdb_is_null_value")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool IsNullValue(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_bool")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool GetBool(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_int64")]
    public static partial long GetInt64(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_uint64")]
    public static partial ulong GetUInt64(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_double")]
    public static partial double GetDouble(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_hugeint")]
    public static partial DuckDBHugeInt GetHugeInt(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_varchar")]
    [return: MarshalUsing(typeof(OwnedText))]
    public static partial string? GetVarchar(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_date")]
    public static partial DuckDBDate GetDate(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_time")]
    public static partial DuckDBTime GetTime(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_timestamp")]
    public static partial DuckDBTimestampStruct GetTimestamp(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_timestamp_tz")]
    public static partial DuckDBTimestampStruct GetTimestampTz(DuckDBValue value);

    [LibraryImport(Engine, EntryPoint = "duckdb_get_interval")]
    public static partial DuckDBInterval GetInterval(DuckDBValue value);
}
