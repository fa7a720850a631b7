namespace ForkTrace.Ingest.Columns;

/// <summary>
/// Gives each cgroup a small number; 0 is the unknown one. Tracepoints name a cgroup by its path, perf by an id whose path another record
/// says, perhaps later. Two numbers may so have one path: the merge joins them.
/// </summary>
internal sealed class CgroupPaths
{
    private readonly List<string> _paths = [""];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly Dictionary<ulong, int> _numbersById = [];

    public int Count => _paths.Count;

    public string this[int number] => _paths[number];

    /// <summary>The paths as text (<see cref="CommTable"/>), by number; none if only the unknown one was met.</summary>
    public ImmutableArray<string> ToTable() => _paths.Count == 1 ? [] : [.. _paths];

    /// <summary>The number of the cgroup whose path is in these bytes, up to their NUL or end.</summary>
    public int Intern(ReadOnlySpan<byte> path) => Intern(TextOf(path));

    public int Intern(string path)
    {
        if (!_numbers.TryGetValue(path, out int number))
        {
            _numbers[path] = number = _paths.Count;
            _paths.Add(path);
        }

        return number;
    }

    /// <summary>The number of the cgroup of that id; until it is named, its path is <c>(id N)</c>.</summary>
    public int OfId(ulong id)
    {
        if (!_numbersById.TryGetValue(id, out int number))
        {
            _numbersById[id] = number = _paths.Count;
            _paths.Add(string.Create(CultureInfo.InvariantCulture, $"(id {id})"));
        }

        return number;
    }

    /// <summary>Says the path of the cgroup of that id.</summary>
    public void Name(ulong id, ReadOnlySpan<byte> path) => _paths[OfId(id)] = TextOf(path);

    private static string TextOf(ReadOnlySpan<byte> path)
    {
        int nul = path.IndexOf((byte)0);
        return CommInterner.ToText(nul < 0 ? path : path[..nul]);
    }
}
