namespace ForkTrace.Learning.Corpus;

/// <summary>The load, machine and fold of a recording: a row of a table of splits.</summary>
/// <param name="Recording">The end of its path, which identifies it.</param>
/// <param name="Load">The workload. Recordings of one load are always on the same side of a split by load.</param>
/// <param name="Machine">The hardware and the kernel.</param>
/// <param name="Fold">The fold of cross-validation by load that leaves it out, from 0 on.</param>
public sealed record RecordingSplit(string Recording, string Load, string Machine, int Fold)
{
    private static readonly string[] s_columns = ["recording", "load", "machine", "fold"];

    /// <summary>Reads a table of splits: tab-separated columns recording, load, machine, fold.</summary>
    /// <exception cref="CorpusException">It is not such a table, or it separates recordings of one load.</exception>
    public static ImmutableArray<RecordingSplit> ReadTable(string path)
    {
        if (!File.Exists(path))
            throw new CorpusException($"there is no table of splits '{path}'");
        string[] lines = File.ReadAllLines(path);
        string head = string.Join('\t', s_columns);
        if (lines.Length == 0 || lines[0] != head)
            throw new CorpusException($"{path}, line 1: a table of splits begins with the columns {string.Join(", ", s_columns)}, separated by tabs");
        ImmutableArray<RecordingSplit> rows = [.. lines.Skip(1).Select((line, index) => Parse(line, $"{path}, line {index + 2}"))];
        if (rows.GroupBy(row => row.Recording, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new CorpusException($"{path} has two rows of the recording '{twice.Key}'");
        if (rows.GroupBy(row => row.Load, StringComparer.Ordinal).FirstOrDefault(load => load.Select(row => row.Fold).Distinct().Count() > 1) is { } parted)
            throw new CorpusException($"{path} puts the load '{parted.Key}' into several folds; recordings of one load must be in one fold");
        return rows;
    }

    /// <summary>The row for a file.</summary>
    /// <exception cref="CorpusException">The table has no row for it.</exception>
    public static RecordingSplit Find(ImmutableArray<RecordingSplit> rows, string path)
    {
        string full = Path.GetFullPath(path);
        return rows.FirstOrDefault(row => full.EndsWith($"/{row.Recording}", StringComparison.Ordinal))
            ?? throw new CorpusException($"the table of splits has no row for '{path}': its column recording must hold the end of a file's path");
    }

    /// <summary>The row of a file without a table: every file is a load of its own, all on one machine.</summary>
    public static RecordingSplit Alone(string path, int index) => new(path, path, "", index);

    private static RecordingSplit Parse(string line, string place) =>
        line.Split('\t') is [{ Length: > 0 } recording, { Length: > 0 } load, { Length: > 0 } machine, string fold]
        && int.TryParse(fold, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new RecordingSplit(recording, load, machine, number)
            : throw new CorpusException($"{place}: a row has a recording, a load, a machine and the number of a fold, separated by tabs");
}

/// <summary>One split of a corpus into recordings for training and recordings for testing.</summary>
/// <param name="Name">The name of what is left out.</param>
/// <param name="Training">Recordings to learn from.</param>
/// <param name="Test">Recordings to judge on, which were not used for training.</param>
public sealed record CorpusFold(string Name, ImmutableArray<CorpusRecording> Training, ImmutableArray<CorpusRecording> Test)
{
    /// <summary>Splits that leave out loads: one per fold of the table. Each recording is tested once.</summary>
    public static ImmutableArray<CorpusFold> ByLoad(ImmutableArray<CorpusRecording> corpus) => By(corpus, recording => recording.Split.Fold, "loads");

    /// <summary>Splits that leave out one machine each.</summary>
    public static ImmutableArray<CorpusFold> ByMachine(ImmutableArray<CorpusRecording> corpus) => By(corpus, recording => recording.Split.Machine, "machine");

    private static ImmutableArray<CorpusFold> By<TKey>(ImmutableArray<CorpusRecording> corpus, Func<CorpusRecording, TKey> side, string name)
        where TKey : notnull
    {
        return
        [
            .. corpus.Select(side).Distinct().Order().Select(left => new CorpusFold(
                $"{name} {left}",
                [.. corpus.Where(recording => !side(recording).Equals(left))],
                [.. corpus.Where(recording => side(recording).Equals(left))])),
        ];
    }
}
