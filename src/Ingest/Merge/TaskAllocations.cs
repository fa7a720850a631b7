namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Tells allocations of task_struct from other slab allocations of like size, for recordings made without a size filter: of all
/// sizes, task_struct's is the one that every fork allocates exactly once before its task_newtask (dup_task_struct, kernel/fork.c).
/// </summary>
/// <param name="TaskStructBytes">The size found, 0 if there are no such allocations.</param>
/// <param name="OtherAllocations">Rows that were something else, and were removed.</param>
internal readonly record struct TaskAllocations(int TaskStructBytes, long OtherAllocations)
{
    /// <summary>Finds the size and removes the rows of other sizes from <paramref name="columns"/>.</summary>
    public static TaskAllocations Identify(EventColumns columns)
    {
        // Most recordings have none: the vectorised search is cheaper than a look at every row.
        if (!MemoryMarshal.AsBytes(columns.Kinds).Contains((byte)EventKind.TaskAlloc))
            return default;
        if (OnlySize(columns) is { } only)
            return new TaskAllocations((int)only, 0);
        Dictionary<long, SizeUse> sizes = CountSizes(columns);
        long best = sizes.OrderByDescending(size => size.Value.FirstBeforeNewTask)
            .ThenBy(size => size.Value.Allocations).ThenBy(size => size.Key).First().Key;
        int removed = sizes.Count == 1 ? 0 : columns.RemoveWhere((kind, value) => kind == EventKind.TaskAlloc && value != best);
        return new TaskAllocations((int)best, removed);
    }

    // The size of all allocations, null if they differ: a recorder may have filtered them.
    private static long? OnlySize(EventTable columns)
    {
        ReadOnlySpan<EventKind> kinds = columns.Kinds;
        ReadOnlySpan<long> values = columns.Values;
        long? only = null;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (kinds[row] != EventKind.TaskAlloc)
                continue;
            if (only is { } size && values[row] != size)
                return null;
            only = values[row];
        }

        return only;
    }

    // For each size: allocations, and how many new tasks had at least one since their parent's previous new task.
    private static Dictionary<long, SizeUse> CountSizes(EventTable columns)
    {
        Dictionary<long, SizeUse> sizes = [];
        Dictionary<(int Task, long Size), bool> pending = [];
        ReadOnlySpan<EventKind> kinds = columns.Kinds;
        ReadOnlySpan<long> values = columns.Values;
        ReadOnlySpan<int> tasks = columns.Tasks, others = columns.Others;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (kinds[row] == EventKind.TaskAlloc)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(sizes, values[row], out _).Allocations++;
                pending[(tasks[row], values[row])] = true;
            }
            else if (kinds[row] == EventKind.NewTask && sizes.Count > 0)
            {
                foreach (long size in sizes.Keys.ToArray())
                {
                    if (pending.Remove((others[row], size)))
                        CollectionsMarshal.GetValueRefOrAddDefault(sizes, size, out _).FirstBeforeNewTask++;
                }
            }
        }

        return sizes;
    }

    private struct SizeUse
    {
        public long Allocations;
        public long FirstBeforeNewTask;
    }
}
