namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Distinguishes allocations of task_struct from other slab allocations of similar size. A known call site or cache name gives the size.
/// Otherwise births give it: every fork allocates its task_struct exactly once before its task_newtask (dup_task_struct, kernel/fork.c).
/// Without either, no allocation counts as a task_struct.
/// </summary>
internal sealed class TaskAllocations
{
    // A kernel has about thirty caches of such sizes. A damaged trace can contain any number; those beyond the limit are ignored.
    private const int SizesMax = 64;

    // This many births show the size as well as all of them.
    private const long BirthsEnough = 1024;

    private readonly List<SizeCount> _sizes = [];
    private readonly BirthCounts _ofNewTasks = new();
    private readonly BirthCounts _ofForks = new();

    /// <summary>True if there are such allocations.</summary>
    public bool IsAny { get; private set; }

    /// <summary>True if more rows can hardly change the result.</summary>
    public bool IsClear => _ofNewTasks.All >= BirthsEnough || _ofForks.All >= BirthsEnough;

    /// <summary>Examines rows, which come in order.</summary>
    public void Note(EventTable rows)
    {
        // Most recordings have no allocations: vectorised searches are cheaper than examining every row.
        ReadOnlySpan<byte> kinds = MemoryMarshal.AsBytes(rows.Kinds);
        if (!IsAny && !kinds.Contains((byte)EventKind.TaskAlloc))
        {
            _ofNewTasks.All += kinds.Count((byte)EventKind.NewTask);
            _ofForks.All += kinds.Count((byte)EventKind.Fork);
            return;
        }

        IsAny = true;
        for (int row = 0; row < rows.Count; row++)
        {
            switch (rows.Kinds[row])
            {
                case EventKind.TaskAlloc:
                    NoteAllocation(rows.Tasks[row], rows.Values[row]);
                    break;
                case EventKind.NewTask:
                    _ofNewTasks.NoteBirth(rows.Others[row], _sizes.Count);
                    break;
                case EventKind.Fork:
                    _ofForks.NoteBirth(rows.Others[row], _sizes.Count);
                    break;
                case EventKind.Free:
                    _ofNewTasks.Forget(rows.Tasks[row], _sizes.Count);
                    _ofForks.Forget(rows.Tasks[row], _sizes.Count);
                    break;
            }
        }
    }

    /// <summary>The size of a task_struct according to the rows so far; 0 if there are no such allocations.</summary>
    /// <param name="knownBytes">The size from a call site or a cache name; 0 if unknown.</param>
    public long SizeBytes(long knownBytes)
    {
        if (!IsAny || knownBytes > 0)
            return IsAny ? knownBytes : 0;
        BirthCounts births = _ofNewTasks.All > 0 ? _ofNewTasks : _ofForks;

        // The size that most births have before them; of several, the rarest; of these, the largest (a process's sighand_struct is
        // smaller).
        (SizeCount best, int index) = _sizes.Select((size, index) => (size, index))
            .OrderByDescending(one => births.After(one.index)).ThenBy(one => one.size.Allocations).ThenByDescending(one => one.size.Bytes)
            .First();
        return births.ShowTaskStruct(index, best.Bytes) ? best.Bytes : 0;
    }

    private void NoteAllocation(int task, long bytes)
    {
        // Usually all have the same size.
        int index = _sizes.Count > 0 && _sizes[0].Bytes == bytes ? 0 : _sizes.FindIndex(size => size.Bytes == bytes);
        if (index < 0 && _sizes.Count == SizesMax)
            return;
        if (index < 0)
        {
            index = _sizes.Count;
            _sizes.Add(new SizeCount(bytes));
        }

        _sizes[index].Allocations++;
        _ofNewTasks.NoteAllocation(task, index);
        _ofForks.NoteAllocation(task, index);
    }

    private sealed class SizeCount(long bytes)
    {
        public long Bytes { get; } = bytes;

        public long Allocations { get; set; }
    }

    /// <summary>How allocations relate to births of one kind of event.</summary>
    private sealed class BirthCounts
    {
        // PATH_MAX: every path that a system call takes is copied into names_cache, which has this size (getname_flags, fs/namei.c).
        private const long PathBytes = 4096;

        private readonly long[] _afterAny = new long[SizesMax];
        private readonly long[] _afterOne = new long[SizesMax];

        // Allocations of a living task since its last birth.
        private readonly Dictionary<(int Task, int Size), int> _pending = [];

        public long All { get; set; }

        /// <summary>Births with an allocation by the parent since its last birth.</summary>
        public long After(int size) => _afterAny[size];

        public void NoteAllocation(int task, int size)
        {
            if (task >= 0)
                CollectionsMarshal.GetValueRefOrAddDefault(_pending, (task, size), out _)++;
        }

        public void NoteBirth(int parent, int sizes)
        {
            All++;
            for (int size = 0; size < sizes; size++)
            {
                if (!_pending.Remove((parent, size), out int before))
                    continue;
                _afterAny[size]++;
                _afterOne[size] += before == 1 ? 1 : 0;
            }
        }

        public void Forget(int task, int sizes)
        {
            for (int size = 0; size < sizes; size++)
                _pending.Remove((task, size));
        }

        // A failed fork allocates too. A path is copied many times between two forks, or not at all.
        public bool ShowTaskStruct(int size, long bytes) =>
            _afterAny[size] > 0 && 2 * (bytes == PathBytes ? _afterOne[size] : _afterAny[size]) >= All;
    }
}
