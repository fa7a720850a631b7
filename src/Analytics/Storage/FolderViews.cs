namespace ForkTrace.Analytics.Storage;

/// <summary>
/// The tables of the results schema as views over a folder of Parquet files in a Hive layout: <c>host=.../recording=.../TABLE.parquet</c>.
/// Each has the columns <c>host</c> and <c>recording</c> besides its own. The same views, as a file of SQL beside the files, serve any DuckDB.
/// </summary>
internal static class FolderViews
{
    /// <summary>The file of SQL. It also marks a folder as one of results; its first line says the version of the schema.</summary>
    public const string FileName = "forktrace.sql";

    private const string Title = "-- Results of ForkTrace as Parquet, version ";

    private const string Usage = """
        -- of the results schema. Views over the files of this folder, for DuckDB: cd FOLDER && duckdb -init forktrace.sql
        -- From elsewhere: SET file_search_path = 'FOLDER'; .read FOLDER/forktrace.sql
        """;

    // Left to itself, the engine takes a host that is called 10 for a number.
    private const string PartitionTypes = "{'host': VARCHAR, 'recording': VARCHAR}";

    private static readonly SchemaColumn[] s_partitions =
    [
        new("host", "VARCHAR", "The machine that was recorded; NULL where nobody said."),
        new("recording", "VARCHAR", "The folder of the recording's results: a digest of recording, question and versions."),
    ];

    // No replay of a recording writes them.
    private static readonly string[] s_unwritten = ["schema_version", "agreements", "validations", "validation_causes"];

    // What is known of a recording, and the questions that were asked of it, are in each of its folders: one row counts.
    private static readonly Dictionary<string, string> s_keys = new(StringComparer.Ordinal)
    {
        ["traces"] = "digest",
        ["trace_events"] = "trace_digest, event",
        ["kernels"] = "trace_digest",
        ["cells"] = "cell",
    };

    /// <summary>The first line of the file.</summary>
    public static string FirstLine => $"{Title}{SchemaScripts.Latest.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether a folder holds results, of whatever version.</summary>
    public static bool IsIn(string folder) => ReadFirstLine(folder)?.StartsWith(Title, StringComparison.Ordinal) == true;

    /// <summary>Whether there is a recording's folder in it.</summary>
    public static bool HasFiles(string folder) =>
        Directory.EnumerateDirectories(folder, "host=*").Any(host => Directory.EnumerateDirectories(host, "recording=*").Any());

    /// <summary>Refuses a folder of another version: its files have other columns.</summary>
    /// <exception cref="ResultsDatabaseException">It is, or it holds no results.</exception>
    public static void RequireThisVersion(string folder)
    {
        string line = IsIn(folder)
            ? ReadFirstLine(folder)!
            : throw new ResultsDatabaseException(ResultsFault.File, $"{folder} is no folder of results: it has no {FileName} that ForkTrace wrote");
        if (line != FirstLine)
        {
            throw new ResultsDatabaseException(
                ResultsFault.Content,
                $"{folder} has version {line[Title.Length..]} of the results schema, and this ForkTrace reads and writes {SchemaScripts.Latest}: "
                + "use the ForkTrace that made it, or make it anew in another folder");
        }
    }

    /// <summary>The tables that a replay writes, each with its columns, in order of name.</summary>
    /// <param name="connection">A database of the schema, or of these views.</param>
    public static ImmutableArray<SchemaRelation> Written(DuckDBConnection connection) =>
        [.. SchemaReader.Read(connection).Where(relation => !relation.IsView && !s_unwritten.Contains(relation.Name))];

    /// <summary>
    /// Turns the tables of an empty database into views over a folder. The schema's views are made from tables, and only then do the tables
    /// give way to views over files: to make a view, the engine looks for the files of all views in it.
    /// </summary>
    /// <param name="connection">A database of the schema without rows, which may read the folder.</param>
    /// <param name="folder">Full path; <c>* ? [</c> in it would be read as patterns.</param>
    public static void Create(DuckDBConnection connection, string folder)
    {
        ImmutableArray<SchemaRelation> tables = Written(connection);
        SchemaViews.Drop(connection);
        foreach (SchemaRelation table in tables)
        {
            foreach (SchemaColumn column in s_partitions)
            {
                connection.Execute($"ALTER TABLE {table.Name} ADD COLUMN {column.Name} {column.Type}");
                connection.Execute(Comment(table, column));
            }
        }

        SchemaViews.Create(connection);
        foreach (SchemaRelation table in tables)
        {
            connection.Execute($"DROP TABLE {table.Name}");
            foreach (string statement in Statements(table, $"{folder}/"))
                connection.Execute(statement);
        }
    }

    /// <summary>The text of the file: paths are relative to the folder.</summary>
    public static string Script()
    {
        using DuckDBConnection connection = DatabaseFile.Memory(DatabaseAccess.None);
        SchemaScripts.Apply(connection, ":memory:");
        IEnumerable<string> tables = Written(connection).SelectMany(table => Statements(table, ""));
        IEnumerable<string> others = SchemaReader.Read(connection)
            .Where(relation => !relation.IsView && s_unwritten.Contains(relation.Name) && relation.Name != "schema_version")
            .Select(Empty);
        IEnumerable<string> views = SchemaViews.Statements
            .Select(statement => statement.Replace("CREATE VIEW", "CREATE OR REPLACE VIEW", StringComparison.Ordinal));
        return $"{FirstLine}\n{Usage}\n\n{string.Concat(tables.Concat(others).Concat(views).Select(statement => $"{statement.Trim()};\n\n"))}";
    }

    private static IEnumerable<string> Statements(SchemaRelation table, string prefix)
    {
        string files = Literal($"{prefix}host=*/recording=*/{table.Name}.parquet");
        string rows = $"read_parquet({files}, hive_partitioning = true, hive_types = {PartitionTypes})";
        yield return s_keys.TryGetValue(table.Name, out string? key)
            ? $"CREATE OR REPLACE VIEW {table.Name} AS\nSELECT DISTINCT ON ({key}) *\nFROM {rows}\nORDER BY {key}, host, recording"
            : $"CREATE OR REPLACE VIEW {table.Name} AS\nSELECT *\nFROM {rows}";
        yield return $"COMMENT ON VIEW {table.Name} IS {Literal(table.Description)}";
        foreach (SchemaColumn column in table.Columns.Concat(s_partitions))
            yield return Comment(table, column);
    }

    private static string Comment(SchemaRelation table, SchemaColumn column) =>
        $"COMMENT ON COLUMN {table.Name}.{column.Name} IS {Literal(column.Description)}";

    private static string Empty(SchemaRelation table) =>
        $"CREATE OR REPLACE VIEW {table.Name} AS\nSELECT {string.Join(", ", table.Columns.Select(column => $"NULL::{column.Type} AS {column.Name}"))}\nLIMIT 0";

    private static string? ReadFirstLine(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return FileIdentity.Of(path)?.Kind == FileKind.Regular ? File.ReadLines(path).FirstOrDefault() : null;
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
