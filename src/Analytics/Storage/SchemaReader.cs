namespace ForkTrace.Analytics.Storage;

/// <summary>Reads the tables and views of a database with their comments.</summary>
internal static class SchemaReader
{
    private const string Listing = """
        SELECT relations.name, is_view, description, columns.column_name, columns.data_type, coalesce(columns.comment, '')
        FROM (
            SELECT table_oid AS oid, table_name AS name, FALSE AS is_view, coalesce(comment, '') AS description
            FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal
            UNION ALL
            SELECT view_oid, view_name, TRUE, coalesce(comment, '')
            FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
        ) AS relations
        JOIN duckdb_columns() AS columns
            ON columns.database_name = current_database() AND columns.table_oid = relations.oid AND columns.table_name = relations.name
        ORDER BY is_view DESC, relations.name, columns.column_index
        """;

    public static ImmutableArray<SchemaRelation> Read(DuckDBConnection connection)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = Listing;
        using DuckDBDataReader reader = command.ExecuteReader();
        ImmutableArray<SchemaRelation>.Builder relations = ImmutableArray.CreateBuilder<SchemaRelation>();
        while (reader.Read())
        {
            string name = reader.GetString(0);
            if (relations.Count == 0 || relations[^1].Name != name)
                relations.Add(new SchemaRelation(name, reader.GetBoolean(1), reader.GetString(2), []));
            SchemaColumn column = new(reader.GetString(3), reader.GetString(4), reader.GetString(5));
            relations[^1] = relations[^1] with { Columns = relations[^1].Columns.Add(column) };
        }

        return relations.DrainToImmutable();
    }
}
