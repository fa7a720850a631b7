using System.Text;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Policies;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>The policy with a model file: the stacks that it keeps, valid files, and the model as part of a result's
/// identity.</summary>
public sealed class LearnedPolicyTests : IDisposable
{
    private const string Head = "forktrace learned policy 1\nwindow-shift 20\nrows forks\ncolumns idle\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // One task after another, each 1 us long, every 10 ms. A window is 1.05 ms. A stack is dropped at the end of its last window, so if it
    // is kept for 9 windows it may be gone before the next fork, and for 10 windows it is not.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(8, 0)]
    [InlineData(11, 99)]
    public void A_stack_is_kept_for_the_windows_of_the_table(int windows, int hits)
    {
        CellResult row = Replays.Of(Sequential(10_000_000), $"learned:model={Write(TableOf(windows))}");
        Assert.Equal(hits, row.Hits);
        Assert.Equal(100 - hits, row.Misses);
    }

    [Fact]
    public void No_more_stacks_are_kept_than_the_capacity()
    {
        SyntheticTrace trace = new() { Cpus = 1 };
        int[] tasks = [.. Enumerable.Range(0, 10).Select(index => trace.Fork(index, 0))];
        foreach (int task in tasks)
            trace.Die(1000 + task, 0, task);
        for (int fork = 0; fork < 10; fork++)
            trace.Fork(10_000 + fork, 0);
        EventTable events = trace.ToTable();
        string model = Write(TableOf(100));
        Assert.Equal(10, Replays.Of(events, $"learned:model={model}").Hits);
        Assert.Equal(3, Replays.Of(events, $"learned:model={model},capacity=3").Hits);
        Assert.Equal(0, Replays.Of(events, $"learned:model={model},capacity=0").Hits);
    }

    [Fact]
    public void The_model_is_part_of_what_a_result_is_known_by()
    {
        EventTable events = Sequential(1_000_000);
        string first = Write(TableOf(1));
        string same = Write($"# the same, told otherwise\n\n{TableOf(1).Replace("1 1", "1   1", StringComparison.Ordinal)}");
        string other = Write(TableOf(2));
        CellResult[] rows = [.. new[] { first, same, other }.Select(path => Replays.Of(events, $"learned:model={path}")), Replays.Of(events, "learned")];
        Assert.Equal(rows[0].Cell, rows[1].Cell);
        Assert.Equal(3, rows.Select(row => row.Cell).Distinct().Count());
        Assert.Equal(3, rows.Select(row => row.Parameters["model"]).Distinct().Count());
        Assert.Equal(0, rows[3].Parameters["model"]);
        Assert.All(rows[..3], row => Assert.InRange(row.Parameters["model"], 1, (1L << 48) - 1));
    }

    [Fact]
    public void Models_of_several_files_are_replayed_in_one_plan()
    {
        ReplayPlan plan = Replays.Plan($"learned:model={Write(TableOf(0))}", $"learned:model={Write(TableOf(11))}");
        Assert.Equal([0L, 99L], ReplayEngine.Run(Sequential(10_000_000), plan).Select(row => row.Hits));
    }

    [Fact]
    public void A_model_is_written_as_it_is_read()
    {
        LearnedModel model = LearnedModel.Read(new MemoryStream(Encoding.ASCII.GetBytes(TableOf(7))), "model");
        Assert.Equal(TableOf(7), model.ToString());
        Assert.Equal(0, LearnedModel.BuiltIn.Id);
        Assert.Equal(LearnedModel.Entries, LearnedModel.BuiltIn.Windows.Length);
    }

    [Theory]
    [InlineData("", "line 1: expected 'forktrace learned policy 1', found the end of the file")]
    [InlineData("forktrace learned policy 2\n", "line 1: expected 'forktrace learned policy 1', found 'forktrace learned policy 2'")]
    [InlineData("forktrace learned policy 1\nwindow-shift 15\n", "line 2: expected a number from 16 to 36, found '15'")]
    [InlineData("forktrace learned policy 1\nwindow-shift 20\nrows comm\n", "line 3: rows is 'comm', but must be one of forks, deaths, recent, idle, surplus, deficit")]
    [InlineData("forktrace learned policy 1\nwindow-shift 20\nrows idle\ncolumns idle\n", "line 4: rows and columns are both 'idle', but must differ")]
    [InlineData("forktrace learned policy 1\n\n# a comment\nwindow 20\n", "line 4: expected 'window-shift VALUE' (16 to 36), found 'window 20'")]
    [InlineData(Head + "1 2 3\n", "line 5: expected 8 numbers, found 3")]
    [InlineData(Head + "1 2 3 4 5 6 7 65537\n", "line 5: expected a number from 0 to 65536, found '65537'")]
    [InlineData(Head + "1 2 3 4 5 6 7 -1\n", "line 5: expected a number from 0 to 65536, found '-1'")]
    [InlineData(Head + "1 2 3 4 5 6 7 8\n", "line 6: expected '8 numbers', found the end of the file")]
    public void A_file_that_is_no_model_is_rejected_with_its_line(string text, string expected)
    {
        string path = Write(text);
        PolicyException rejection = Assert.Throws<PolicyException>(() => PolicySelection.Parse($"learned:model={path}"));
        Assert.Equal($"{path}, {expected} (docs/formats/learned-model.md)", rejection.Message);
    }

    [Fact]
    public void What_cannot_be_a_model_is_rejected()
    {
        Assert.Contains("expected the end of the file after the table", Assert.Throws<PolicyException>(() => PolicySelection.Parse($"learned:model={Write(TableOf(1) + "9\n")}")).Message, StringComparison.Ordinal);
        Assert.Contains("has more than 16384 bytes", Assert.Throws<PolicyException>(() => PolicySelection.Parse($"learned:model={Write(new string('#', 20_000))}")).Message, StringComparison.Ordinal);
        Assert.Equal("there is no model file '/nowhere/x.model'", Assert.Throws<PolicyException>(() => PolicySelection.Parse("learned:model=/nowhere/x.model")).Message);
        Assert.Contains("gives model twice", Assert.Throws<PolicyException>(() => PolicySelection.Parse($"learned:model={Write(TableOf(1))},model=x")).Message, StringComparison.Ordinal);
    }

    private static string TableOf(int windows) =>
        Head + string.Concat(Enumerable.Repeat(string.Join(' ', Enumerable.Repeat(windows, 8)) + "\n", 8));

    private static EventTable Sequential(long pauseNs)
    {
        SyntheticTrace trace = new() { Cpus = 1 };
        for (int fork = 0; fork < 100; fork++)
            trace.Die((fork * pauseNs) + 1000, 0, trace.Fork(fork * pauseNs, 0));
        return trace.ToTable();
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.model");
        File.WriteAllText(path, text);
        return path;
    }
}
