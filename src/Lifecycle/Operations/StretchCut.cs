using ForkTrace.Lifecycle.Rcu;

namespace ForkTrace.Lifecycle.Operations;

/// <summary>Which of the rows in memory form a stretch, and which of the operations happened in it.</summary>
/// <param name="fromRow">The first row of the stretch; the rows before it are examined again.</param>
/// <param name="toRow">The first row after the stretch.</param>
/// <param name="isLast">True if the trace ends with the last row.</param>
/// <param name="ids">By task of these rows: its id in the trace.</param>
internal sealed class StretchCut(int fromRow, int toRow, bool isLast, int[] ids)
{
    public int ToRow => toRow;

    public bool IsLast => isLast;

    public int[] Ids => ids;

    /// <summary>Frees before these rows.</summary>
    public FreesBefore FreesBefore { get; init; } = new();

    /// <summary>By row of a free: waiting time of its callback, ns; negative if unknown.</summary>
    public long[] WaitsNs { get; set; } = [];

    /// <summary>Rows of the task_struct allocations of failed forks, in order of these forks' ids.</summary>
    public int[] FailedForkRows { get; set; } = [];

    /// <summary>True for a row of the stretch.</summary>
    public bool Holds(int row) => row >= fromRow && row < toRow;

    /// <summary>Index of the stretch's first operation.</summary>
    public int From { get; private set; }

    /// <summary>Index of the first operation after the stretch.</summary>
    public int To { get; private set; }

    /// <summary>Records how many operations come before a row and before everything placed directly before that row.</summary>
    public void Note(int row, int operations)
    {
        if (row == fromRow)
            From = operations;
        if (row == toRow)
            To = operations;
    }
}
