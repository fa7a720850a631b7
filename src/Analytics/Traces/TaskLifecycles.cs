using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Analytics.Traces;

/// <summary>For each task, and each fork that failed, the operations of its stack and what its fork says of it. By task id.</summary>
internal sealed class TaskLifecycles
{
    private const int Kinds = 4;
    private readonly StackOperations _operations;
    private readonly int[] _operationOf;
    private readonly int[] _birthRow;

    public TaskLifecycles(EventTable events, StackOperations operations)
    {
        _operations = operations;
        _operationOf = Empty(operations.Tasks * Kinds);
        _birthRow = Empty(events.Facts.Tasks);
        LastRow = Empty(events.Facts.Tasks);
        for (int index = 0; index < operations.Count; index++)
        {
            // Those of a CPU are of no task.
            if (operations.TaskIds[index] >= 0)
                _operationOf[(operations.TaskIds[index] * Kinds) + (int)operations.Kinds[index]] = index;
        }

        for (int row = 0; row < events.Count; row++)
        {
            int task = events.Tasks[row];
            if (task < 0)
                continue;
            LastRow[task] = row;
            bool isBirth = events.Kinds[row] == EventKind.NewTask || (events.Kinds[row] == EventKind.Fork && _birthRow[task] < 0);
            if (isBirth)
                _birthRow[task] = row;
        }
    }

    public int Count => _operations.Tasks;

    /// <summary>By task: the last row that has it as its subject; -1 if none.</summary>
    public int[] LastRow { get; }

    /// <summary>Index of a task's operation of a kind; -1 if it has none.</summary>
    public int Operation(int task, StackOperationKind kind) => _operationOf[(task * Kinds) + (int)kind];

    /// <summary>Row of task_newtask, else of sched_process_fork; -1 if the task existed before, or its fork failed.</summary>
    public int BirthRow(int task) => task < _birthRow.Length ? _birthRow[task] : -1;

    /// <summary><c>thread</c>, <c>vfork</c>, <c>process</c>; null where the trace does not tell.</summary>
    public string? KindOf(int task, EventTable events) =>
        BirthRow(task) is >= 0 and int row && events.Kinds[row] == EventKind.NewTask && ForkKinds.Of(events.Values[row]) is { } kind
            ? ForkKinds.Name(kind)
            : null;

    private static int[] Empty(int count)
    {
        int[] rows = new int[count];
        Array.Fill(rows, -1);
        return rows;
    }
}
