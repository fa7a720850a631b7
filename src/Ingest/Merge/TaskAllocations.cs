namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Tells allocations of task_struct from other slab allocations of like size. A known call site or cache name says the size; else births
/// do: every fork allocates its task_struct exactly once before its task_newtask (dup_task_struct, kernel/fork.c). Without either, no
/// allocation counts as a task_struct.
/// </summary>
/// <param name="TaskStructBytes">The size found, 0 if there are no such allocations.</param>
/// <param name="OtherAllocations">Rows that were something else, and were removed.</param>
internal readonly record struct TaskAllocations(int TaskStructBytes, long OtherAllocations)
{
    // PATH_MAX: every path that a system call takes is copied into as many bytes of names_cache (getname_flags, fs/namei.c).
    private const long PathBytes = 4096;

    // A kernel has some thirty caches of such sizes. A damaged trace can name any number, and each costs a pass over the rows.
    private const int SizesMax = 64;

    /// <summary>Finds the size and removes the rows of other sizes from <paramref name="columns"/>.</summary>
    /// <param name="columns">All rows, with tasks numbered below <paramref name="tasks"/>.</param>
    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="knownBytes">The size that a call site or a cache name told, 0 if none did.</param>
    public static TaskAllocations Identify(EventColumns columns, int tasks, long knownBytes)
    {
        // Most recordings have none: the vectorised search is cheaper than a look at every row.
        if (!Contains(columns, EventKind.TaskAlloc))
            return default;
        List<long> sizes = SizesOf(columns);
        long found = knownBytes > 0 ? knownBytes : BesideBirths(columns, tasks, sizes);
        bool isOnly = sizes is [var only] && only == found;
        int removed = isOnly ? 0 : columns.RemoveWhere((kind, value) => kind == EventKind.TaskAlloc && value != found);
        return new TaskAllocations((int)found, removed);
    }

    private static bool Contains(EventTable columns, EventKind kind) => MemoryMarshal.AsBytes(columns.Kinds).Contains((byte)kind);

    private static List<long> SizesOf(EventTable columns)
    {
        ReadOnlySpan<EventKind> kinds = columns.Kinds;
        ReadOnlySpan<long> values = columns.Values;
        Dictionary<long, long> counts = [];

        // Mostly all are of one size, which then is looked up once.
        long size = -1, run = 0;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (kinds[row] != EventKind.TaskAlloc)
                continue;
            if (values[row] != size)
            {
                counts[size] = counts.GetValueOrDefault(size) + run;
                (size, run) = (values[row], 0);
            }

            run++;
        }

        counts[size] = counts.GetValueOrDefault(size) + run;
        counts.Remove(-1);
        return [.. counts.OrderByDescending(one => one.Value).ThenBy(one => one.Key).Select(one => one.Key)];
    }

    // The size that most births have before them, of several the rarest, of these the largest (a process's sighand_struct is smaller); 0 if
    // births do not bear it out.
    private static long BesideBirths(EventTable columns, int tasks, List<long> sizes)
    {
        EventKind birth = Contains(columns, EventKind.NewTask) ? EventKind.NewTask : EventKind.Fork;
        SizeUse best = sizes.Take(SizesMax).Select(size => SizeUse.Of(columns, tasks, size, birth))
            .OrderByDescending(use => use.Births).ThenBy(use => use.Allocations).ThenByDescending(use => use.Size).First();
        return best.IsTaskStruct ? best.Size : 0;
    }

    // How allocations of one size lie beside births.
    private readonly record struct SizeUse(long Size, long Allocations, long Births, long BirthsAfterOne, long AllBirths)
    {
        // A fork that fails allocates as well; a path is copied many times between two forks, or not at all.
        public bool IsTaskStruct => Births > 0 && 2 * (Size == PathBytes ? BirthsAfterOne : Births) >= AllBirths;

        // Births with an allocation, and with exactly one, by the parent since its birth before.
        public static SizeUse Of(EventTable columns, int tasks, long size, EventKind birth)
        {
            int[] pending = new int[tasks];
            long allocations = 0, births = 0, afterOne = 0, all = 0;
            ReadOnlySpan<EventKind> kinds = columns.Kinds;
            ReadOnlySpan<long> values = columns.Values;
            ReadOnlySpan<int> subjects = columns.Tasks, others = columns.Others;
            for (int row = 0; row < kinds.Length; row++)
            {
                if (kinds[row] == EventKind.TaskAlloc && values[row] == size)
                {
                    allocations++;
                    if (subjects[row] >= 0)
                        pending[subjects[row]]++;
                }
                else if (kinds[row] == birth)
                {
                    all++;
                    int before = others[row] < 0 ? 0 : pending[others[row]];
                    births += before > 0 ? 1 : 0;
                    afterOne += before == 1 ? 1 : 0;
                    if (before > 0)
                        pending[others[row]] = 0;
                }
            }

            return new SizeUse(size, allocations, births, afterOne, all);
        }
    }
}
