using ForkTrace.Lifecycle.Rcu;

namespace ForkTrace.Lifecycle.Operations;

/// <summary>Which of the rows that are looked at are a stretch, and which of the operations then happened in it.</summary>
/// <param name="fromRow">The first row of the stretch; before it lies what is looked at again.</param>
/// <param name="toRow">The first row behind the stretch.</param>
/// <param name="isLast">True if the trace ends with the last row.</param>
/// <param name="ids">By task of these rows: its id in the trace.</param>
internal sealed class StretchCut(int fromRow, int toRow, bool isLast, int[] ids)
{
    public int ToRow => toRow;

    public bool IsLast => isLast;

    public int[] Ids => ids;

    /// <summary>Frees that are not among these rows any more.</summary>
    public FreesBefore FreesBefore { get; init; } = new();

    /// <summary>By row of a free: how long its callback waited; below 0 where that is not known.</summary>
    public long[] WaitsNs { get; set; } = [];

    /// <summary>Rows at which failed forks' task_structs were allocated, in the order of these forks' ids.</summary>
    public int[] FailedForkRows { get; set; } = [];

    /// <summary>True for a row of the stretch.</summary>
    public bool Holds(int row) => row >= fromRow && row < toRow;

    /// <summary>Index of the stretch's first operation.</summary>
    public int From { get; private set; }

    /// <summary>Index of the first operation behind the stretch.</summary>
    public int To { get; private set; }

    /// <summary>So many operations are before a row, and before what happens right before it.</summary>
    public void Note(int row, int operations)
    {
        if (row == fromRow)
            From = operations;
        if (row == toRow)
            To = operations;
    }
}
