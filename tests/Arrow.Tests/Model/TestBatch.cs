namespace ForkTrace.Arrow.Tests.Model;

/// <summary>One batch of a <see cref="TestTable"/>: a value is a string, an array of values, or null.</summary>
internal sealed record TestBatch(int Rows, IReadOnlyList<object?[]> Columns);
