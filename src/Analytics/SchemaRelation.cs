using System.Collections.Immutable;

namespace ForkTrace.Analytics;

/// <summary>A table or view of a results database.</summary>
/// <param name="Name">As in SQL.</param>
/// <param name="IsView">Whether it is a view: those are what people ask.</param>
/// <param name="Description">What a row is; empty for a relation that somebody else added.</param>
/// <param name="Columns">In the order that <c>SELECT *</c> gives.</param>
public sealed record SchemaRelation(string Name, bool IsView, string Description, ImmutableArray<SchemaColumn> Columns);
