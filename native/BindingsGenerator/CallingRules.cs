using System.Text;

namespace ForkTrace.BindingsGenerator;

/// <summary>
/// What the provider's metadata does not say about the C functions behind its methods: the name of the entry point, who frees a returned
/// text, and where C's 64-bit <c>idx_t</c> shows as <c>int</c>. Source: duckdb.h of DuckDB 1.5.
/// </summary>
public static class CallingRules
{
    private static readonly Dictionary<string, string> s_entryPoints = new(StringComparer.Ordinal)
    {
        ["DuckDBArrayVectorGetSize"] = "duckdb_array_type_array_size",
        ["DuckDBCreateHugeInt"] = "duckdb_create_hugeint",
        ["DuckDBCreateUHugeInt"] = "duckdb_create_uhugeint",
        ["DuckDBCreateTimeTz"] = "duckdb_create_time_tz_value",
        ["DuckDBOpen"] = "duckdb_open_ext",
        ["DuckDBParams"] = "duckdb_nparams",
        ["DuckDBUnsafeVectorAssignStringElementLength"] = "duckdb_unsafe_vector_assign_string_element_len",
        ["DuckDBVectorAssignStringElementLength"] = "duckdb_vector_assign_string_element_len",
    };

    private static readonly HashSet<string> s_callerFreesText = new(StringComparer.Ordinal)
    {
        "DuckDBEnumDictionaryValue", "DuckDBOpen", "DuckDBStructTypeChildName",
    };

    private static readonly HashSet<string> s_handWritten = new(StringComparer.Ordinal)
    {
        // The provider expects a long where the C function returns nothing.
        "DuckDBDataChunkSetSize",
    };

    /// <summary>Whether the method's body is more than a call, so that it lives in an ordinary source file.</summary>
    public static bool IsHandWritten(string method) => s_handWritten.Contains(method);

    /// <summary>The C function behind a method: <c>DuckDBAppenderClose</c> is <c>duckdb_appender_close</c>.</summary>
    public static string EntryPoint(string method)
    {
        if (s_entryPoints.TryGetValue(method, out string? exception))
            return exception;
        StringBuilder name = new("duckdb");
        for (int i = "DuckDB".Length; i < method.Length; i++)
        {
            bool startsWord = char.IsAsciiLetterUpper(method[i]) && !char.IsAsciiLetterUpper(method[i - 1]);
            if (startsWord || i == "DuckDB".Length)
                name.Append('_');
            name.Append(char.ToLowerInvariant(method[i]));
        }

        return name.ToString();
    }

    /// <summary>The marshaller of a text that the engine hands out.</summary>
    public static string TextMarshaller(string method) => s_callerFreesText.Contains(method) ? "OwnedText" : "BorrowedText";

    /// <summary>Whether an <c>int</c> of this method is an <c>idx_t</c> or <c>size_t</c> in C. One method takes a real int.</summary>
    public static bool IntIsIndex(string method) => method != "DuckDBCreateInt32";

    /// <summary>Whether the callee only writes through a reference: handles, texts, indices, and the result of an execution.</summary>
    public static bool IsOutput(string method, string referredType) => referredType switch
    {
        "nint" => false,
        "DuckDBResult" => method.StartsWith("DuckDBExecute", StringComparison.Ordinal),
        _ => true,
    };
}
