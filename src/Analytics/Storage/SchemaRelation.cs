namespace ForkTrace.Analytics.Storage;

/// <summary>A table or view of a results database.</summary>
/// <param name="Name">As in SQL.</param>
/// <param name="IsView">Whether it is a view. Views are what users query.</param>
/// <param name="Description">What a row is; empty for a relation that ForkTrace did not create.</param>
/// <param name="Columns">In the order that <c>SELECT *</c> gives.</param>
public sealed record SchemaRelation(string Name, bool IsView, string Description, ImmutableArray<SchemaColumn> Columns);

/// <summary>A column of a table or view.</summary>
/// <param name="Name">As in SQL; the unit is its last word.</param>
/// <param name="Type">DuckDB's type, e.g. <c>BIGINT</c>.</param>
/// <param name="Description">What it holds, with its unit; empty for a column that ForkTrace did not create.</param>
public sealed record SchemaColumn(string Name, string Type, string Description);
