namespace ForkTrace.Analytics;

/// <summary>A column of a table or view.</summary>
/// <param name="Name">As in SQL; the unit is its last word.</param>
/// <param name="Type">DuckDB's type, e.g. <c>BIGINT</c>.</param>
/// <param name="Description">What it holds, with unit; empty for a column that somebody else added.</param>
public sealed record SchemaColumn(string Name, string Type, string Description);
