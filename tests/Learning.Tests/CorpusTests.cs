using System.Collections.Immutable;
using ForkTrace.Learning.Corpus;
using ForkTrace.TestKit;

namespace ForkTrace.Learning.Tests;

/// <summary>Splits are read from a table, and training recordings are never used for judging.</summary>
public sealed class CorpusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_tables_of_the_study_part_no_load_and_no_recording()
    {
        ImmutableArray<RecordingSplit> rows = RecordingSplit.ReadTable(Path.Combine(RepositoryFiles.Root, "study", "splits.tsv"));
        Assert.InRange(rows.Length, 50, 1000);
        Assert.Equal(rows.Length, rows.Select(row => row.Recording).Distinct().Count());
        Assert.All(rows.GroupBy(row => row.Load), load => Assert.Single(load.Select(row => row.Fold).Distinct()));
        Assert.InRange(rows.Select(row => row.Machine).Distinct().Count(), 4, 20);
    }

    [Fact]
    public void Folds_leave_out_each_recording_once_and_share_no_load_or_machine()
    {
        ImmutableArray<CorpusRecording> corpus = Samples.Corpus(loads: 5, machines: 2);
        foreach (ImmutableArray<CorpusFold> folds in new[] { CorpusFold.ByLoad(corpus), CorpusFold.ByMachine(corpus) })
        {
            Assert.Equal(corpus.Length, folds.Sum(fold => fold.Test.Length));
            Assert.All(folds, fold => Assert.Empty(fold.Training.Intersect(fold.Test)));
        }

        Assert.All(CorpusFold.ByLoad(corpus), fold => Assert.Empty(fold.Training.Select(one => one.Split.Load).Intersect(fold.Test.Select(one => one.Split.Load))));
        Assert.All(CorpusFold.ByMachine(corpus), fold => Assert.Empty(fold.Training.Select(one => one.Split.Machine).Intersect(fold.Test.Select(one => one.Split.Machine))));
    }

    [Theory]
    [InlineData("recording\tload\n", "line 1: a table of splits begins with the columns recording, load, machine, fold")]
    [InlineData("recording\tload\tmachine\tfold\na\tb\tc\n", "line 2: a row has a recording, a load, a machine and the number of a fold")]
    [InlineData("recording\tload\tmachine\tfold\na\tb\tc\t-1\n", "line 2: a row has")]
    [InlineData("recording\tload\tmachine\tfold\na\tb\tc\t1\na\tb\tc\t1\n", "has two rows of the recording 'a'")]
    [InlineData("recording\tload\tmachine\tfold\na\tb\tc\t1\nd\tb\tc\t2\n", "puts the load 'b' into several folds")]
    public void An_invalid_table_is_rejected(string text, string expected)
    {
        string path = Path.Combine(_folder, "splits.tsv");
        File.WriteAllText(path, text);
        Assert.Contains(expected, Assert.Throws<CorpusException>(() => RecordingSplit.ReadTable(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_is_found_by_the_end_of_its_path()
    {
        ImmutableArray<RecordingSplit> rows = [new("git/a.data", "git", "m", 0), new("make/a.data", "make", "m", 1)];
        Assert.Equal("make", RecordingSplit.Find(rows, "/somewhere/make/a.data").Load);
        Assert.Contains("has no row for '/x/cmake/a.data'", Assert.Throws<CorpusException>(() => RecordingSplit.Find(rows, "/x/cmake/a.data")).Message, StringComparison.Ordinal);
    }
}
