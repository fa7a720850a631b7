namespace ForkTrace.Analytics;

/// <summary>
/// An event table as a Parquet file: the columns of <see cref="EventTable"/>, kinds and comms as text, zstd; the facts as JSON under the
/// key <c>forktrace.facts</c> of the file's metadata, and what the columns mean under <see cref="EventField.MetadataKey"/>.
/// </summary>
public static class EventParquet
{
    private const string Columns =
        "ts_ns BIGINT, cpu USMALLINT, kind VARCHAR, task INTEGER, other INTEGER, tid INTEGER, comm VARCHAR, value BIGINT";

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="OutputException">The folder cannot be written to.</exception>
    /// <exception cref="ResultsDatabaseException">The engine cannot write the file.</exception>
    public static void Write(EventTable events, string path)
    {
        ArgumentNullException.ThrowIfNull(events);
        OutputFile.Replace(path, draft => Write(events, path, draft));
    }

    private static void Write(EventTable events, string path, string draft)
    {
        try
        {
            using DuckDBConnection connection = DatabaseFile.Memory(new DatabaseAccess { Paths = [draft] });
            connection.Execute($"CREATE TABLE events ({Columns})");
            Fill(connection, events);
            string columns = ColumnMeanings.Json(EventField.Of(events.Facts));
            connection.Execute(
                $"COPY events TO {Literal(draft)} (FORMAT parquet, COMPRESSION zstd,"
                + $" KV_METADATA {{ {Literal(EventFile.FactsKey)}: {Literal(TraceFactsJson.Serialize(events.Facts))},"
                + $" {Literal(EventField.MetadataKey)}: {Literal(columns)} }})");
        }
        catch (DuckDBException fault)
        {
            string message = OneLine.Of(fault.Message).Replace(draft, path, StringComparison.Ordinal);
            throw new ResultsDatabaseException(ResultsFault.File, $"cannot write {path}: {message}", fault);
        }
    }

    private static void Fill(DuckDBConnection connection, EventTable events)
    {
        using DuckDBAppender appender = connection.CreateAppender("events");
        for (int row = 0; row < events.Count; row++)
        {
            appender.CreateRow()
                .AppendValue((long?)events.TimesNs[row])
                .AppendValue((ushort?)events.Cpus[row])
                .AppendValue(EventKinds.Name(events.Kinds[row]))
                .AppendValue((int?)events.Tasks[row])
                .AppendValue((int?)events.Others[row])
                .AppendValue((int?)events.Tids[row])
                .AppendValue(events.CommNames[events.Comms[row]])
                .AppendValue((long?)events.Values[row])
                .EndRow();
        }

        appender.Close();
    }

    private static string Literal(string text) => string.Create(
        CultureInfo.InvariantCulture, $"'{text.Replace("'", "''", StringComparison.Ordinal)}'");
}
