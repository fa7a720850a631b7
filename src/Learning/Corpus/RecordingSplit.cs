namespace ForkTrace.Learning.Corpus;

/// <summary>Where a recording stands: a row of a table of splits.</summary>
/// <param name="Recording">The end of its path, which tells it from the others.</param>
/// <param name="Load">What ran: recordings of one load stand on the same side of a split by load.</param>
/// <param name="Machine">Hardware and kernel that it ran on.</param>
/// <param name="Fold">The part of cross-validation by load that leaves it out, from 0 on.</param>
public sealed record RecordingSplit(string Recording, string Load, string Machine, int Fold)
{
    private static readonly string[] s_columns = ["recording", "load", "machine", "fold"];

    /// <summary>Reads a table of splits: tab-separated columns recording, load, machine, fold.</summary>
    /// <exception cref="CorpusException">It is not such a table, or parts recordings of one load.</exception>
    public static ImmutableArray<RecordingSplit> ReadTable(string path)
    {
        if (!File.Exists(path))
            throw new CorpusException($"there is no table of splits '{path}'");
        string[] lines = File.ReadAllLines(path);
        string head = string.Join('\t', s_columns);
        if (lines.Length == 0 || lines[0] != head)
            throw new CorpusException($"{path}, line 1: a table of splits begins with the columns {string.Join(", ", s_columns)}, parted by tabs");
        ImmutableArray<RecordingSplit> rows = [.. lines.Skip(1).Select((line, index) => Parse(line, $"{path}, line {index + 2}"))];
        if (rows.GroupBy(row => row.Recording, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new CorpusException($"{path} has two rows of the recording '{twice.Key}'");
        if (rows.GroupBy(row => row.Load, StringComparer.Ordinal).FirstOrDefault(load => load.Select(row => row.Fold).Distinct().Count() > 1) is { } parted)
            throw new CorpusException($"{path} puts the load '{parted.Key}' into several folds; recordings of one load must stand on one side");
        return rows;
    }

    /// <summary>The row of a file.</summary>
    /// <exception cref="CorpusException">There is none.</exception>
    public static RecordingSplit Find(ImmutableArray<RecordingSplit> rows, string path)
    {
        string full = Path.GetFullPath(path);
        return rows.FirstOrDefault(row => full.EndsWith($"/{row.Recording}", StringComparison.Ordinal))
            ?? throw new CorpusException($"the table of splits has no row for '{path}': its column recording must hold the end of a file's path");
    }

    /// <summary>Without a table: every file is a load of its own, on one machine.</summary>
    public static RecordingSplit Alone(string path, int index) => new(path, path, "", index);

    private static RecordingSplit Parse(string line, string place) =>
        line.Split('\t') is [{ Length: > 0 } recording, { Length: > 0 } load, { Length: > 0 } machine, string fold]
        && int.TryParse(fold, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new RecordingSplit(recording, load, machine, number)
            : throw new CorpusException($"{place}: a row has a recording, a load, a machine and the number of a fold, parted by tabs");
}

/// <summary>One way to part a corpus: what is learned from, and what is judged on.</summary>
/// <param name="Name">What is left out.</param>
/// <param name="Training">Recordings to learn from.</param>
/// <param name="Test">Recordings that nothing was learned from.</param>
public sealed record CorpusFold(string Name, ImmutableArray<CorpusRecording> Training, ImmutableArray<CorpusRecording> Test)
{
    /// <summary>Loads left out: one part for each fold of the table; each recording is tested once.</summary>
    public static ImmutableArray<CorpusFold> ByLoad(ImmutableArray<CorpusRecording> corpus) => By(corpus, recording => recording.Split.Fold, "loads");

    /// <summary>Machines left out, one at a time.</summary>
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
