namespace ForkTrace.Ingest.Columns;

/// <summary>
/// Gives each cgroup a small number; 0 is the unknown one. Tracepoints name a cgroup by its path; perf names it by an id, whose path is in
/// another record that may come later. So two numbers may have the same path; the merge joins them. Safe for use by several threads.
/// </summary>
internal sealed class CgroupPaths
{
    private readonly Lock _lock = new();
    private readonly List<string> _paths = [""];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly Dictionary<ulong, int> _numbersById = [];
    private readonly HashSet<int> _unnamed = [];

    public string this[int number]
    {
        get
        {
            lock (_lock)
                return _paths[number];
        }
    }

    /// <summary>True if only the id of a cgroup is known so far.</summary>
    public bool IsUnnamed(int number)
    {
        lock (_lock)
            return _unnamed.Contains(number);
    }

    /// <summary>The paths as text (<see cref="CommTable"/>), by number; empty if only the unknown one was seen.</summary>
    public ImmutableArray<string> ToTable()
    {
        lock (_lock)
            return _paths.Count == 1 ? [] : [.. _paths];
    }

    /// <summary>The number of the cgroup whose path is in these bytes, up to their NUL or end.</summary>
    public int Intern(ReadOnlySpan<byte> path) => Intern(TextOf(path));

    public int Intern(string path)
    {
        lock (_lock)
        {
            if (!_numbers.TryGetValue(path, out int number))
            {
                _numbers[path] = number = _paths.Count;
                _paths.Add(path);
            }

            return number;
        }
    }

    /// <summary>The number of the cgroup with that id. Until it is named, its path is <c>(id N)</c>.</summary>
    public int OfId(ulong id)
    {
        lock (_lock)
        {
            if (!_numbersById.TryGetValue(id, out int number))
            {
                _numbersById[id] = number = _paths.Count;
                _unnamed.Add(number);
                _paths.Add(string.Create(CultureInfo.InvariantCulture, $"(id {id})"));
            }

            return number;
        }
    }

    /// <summary>Sets the path of the cgroup with that id.</summary>
    public void Name(ulong id, ReadOnlySpan<byte> path)
    {
        int number = OfId(id);
        lock (_lock)
        {
            _unnamed.Remove(number);
            _paths[number] = TextOf(path);
        }
    }

    private static string TextOf(ReadOnlySpan<byte> path)
    {
        int nul = path.IndexOf((byte)0);
        return CommInterner.ToText(nul < 0 ? path : path[..nul]);
    }
}
