using ForkTrace.Replay.Conformance;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Tests;

/// <summary>Compares whole result rows, to the last bit.</summary>
internal static class Rows
{
    public static void RequireEqual(CellResult expected, CellResult actual) => Assert.Null(RowDifference.Between(expected, actual));
}
