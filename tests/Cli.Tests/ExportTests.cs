using System.Text;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _make = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.parquet", "PAR1")]
    [InlineData("out.csv", "ts_ns,cpu,kind,")]
    [InlineData("out.arrow", "ARROW1")]
    public void The_form_is_told_by_the_name(string name, string beginning)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "export", _make, "-o", name);
        Assert.Equal(("", 0), (outcome.Out, outcome.Code));
        Assert.Contains($"wrote 2,218 events to {name}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(beginning, Encoding.ASCII.GetString(File.ReadAllBytes(_folder.Of(name)).AsSpan(0, beginning.Length)));
        Assert.Equal(0, Tool.Run(_folder.Path, "export", _make, "-o", name).Code);
        Assert.Equal([name], _folder.Names);
    }

    [Fact]
    public void Csv_goes_down_a_pipe_and_an_exported_event_file_is_one()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "export", _make, "-o", "made.arrow").Code);
        Assert.Equal("2219\n", Tool.Shell(_folder.Path, "$TOOL export made.arrow --as csv -o - | wc -l").Out);
        Assert.Equal(
            "same\n",
            Tool.Shell(
                _folder.Path,
                "$TOOL export made.arrow -o x.arrows && $TOOL export made.arrow --as arrow-stream -o - | cmp - x.arrows && echo same").Out);
    }

    /// <summary>Searches the bytes of the shared file for every name, time and text of the recording.</summary>
    [Theory]
    [InlineData("hash", "export")]
    [InlineData("drop", "export")]
    [InlineData("hash", "ingest")]
    public void A_scrubbed_file_holds_nothing_of_the_original(string scrub, string command)
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/prefork.perf.data.zst");
        Assert.Equal(0, Tool.Run(_folder.Path, "ingest", recording, "-o", "whole.arrow").Code);
        Assert.Equal(0, Tool.Run(_folder.Path, command, recording, "--scrub", scrub, "-o", "shared.arrow").Code);
        byte[] shared = File.ReadAllBytes(_folder.Of("shared.arrow"));
        using EventTable whole = EventFile.Open(_folder.Of("whole.arrow"));
        string[] names = [.. whole.CommNames.Names.Where(name => name.Length > 2)];
        Assert.NotEmpty(names);
        IEnumerable<string> texts = [.. names, "perf record", "prefork", "ftwl", whole.Facts.Digest];
        foreach (string text in texts)
            Assert.True(shared.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, $"'{text}' is in the shared file");
        long[] times = [whole.Facts.FirstNs, whole.Facts.LastNs, whole.TimesNs[whole.Count / 2], whole.Facts.WallClockOffsetNs!.Value];
        foreach (long timeNs in times)
        {
            Assert.True(shared.AsSpan().IndexOf(BitConverter.GetBytes(timeNs)) < 0, $"{timeNs} is in the shared file");
            Assert.True(shared.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{timeNs}")) < 0, $"{timeNs} is in the shared file");
        }
    }

    [Fact]
    public void A_scrubbed_trace_replays_like_the_original()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "export", _make, "--scrub", "hash", "-o", "shared.arrow").Code);
        Assert.Equal(Hits(_make), Hits("shared.arrow"));
        string[] keyed = ["export", _make, "--scrub", "hash", "--scrub-key", "sixteen bytes or more", "-o"];
        Assert.Equal(0, Tool.Run(_folder.Path, [.. keyed, "a.csv"]).Code);
        Assert.Equal(0, Tool.Run(_folder.Path, [.. keyed, "b.csv"]).Code);
        Assert.Equal(File.ReadAllBytes(_folder.Of("a.csv")), File.ReadAllBytes(_folder.Of("b.csv")));
    }

    [Theory]
    [InlineData("has no ending that names a format", "export", "m.arrow", "-o", "out.txt")]
    [InlineData("parquet cannot be written to standard output", "export", "m.arrow", "-o", "-", "--as", "parquet")]
    [InlineData("would both write to standard output", "export", "m.arrow", "-o", "-", "--as", "csv", "--json")]
    [InlineData("'nope'", "export", "m.arrow", "-o", "x.csv", "--as", "nope")]
    [InlineData("'--output'", "export", "m.arrow")]
    [InlineData("refusing to overwrite m.arrow: it is an input of this run", "export", "m.arrow", "-o", "m.arrow")]
    [InlineData("refusing to overwrite notes.csv: it is not a CSV file of events", "export", "m.arrow", "-o", "notes.csv")]
    [InlineData("the folder", "export", "m.arrow", "-o", "nowhere/x.parquet")]
    [InlineData("shorter than 16 bytes", "export", "m.arrow", "-o", "x.csv", "--scrub", "hash", "--scrub-key", "short")]
    [InlineData("--scrub-key is given without --scrub", "export", "m.arrow", "-o", "x.csv", "--scrub-key", "sixteen bytes or more")]
    [InlineData("--scrub is 'some', but must be no or hash or drop", "export", "m.arrow", "-o", "x.csv", "--scrub", "some")]
    [InlineData("--from: 'soon' is not a time", "export", "m.arrow", "-o", "x.csv", "--from", "soon")]
    [InlineData("--cpu: '0-' is not a list", "inspect", "m.arrow", "--cpu", "0-")]
    [InlineData("--pid 999 keeps nothing of synthetic", "run", "m.arrow", "--pid", "999")]
    public void Mistakes_are_one_line_and_write_nothing(string expected, params string[] arguments)
    {
        _folder.Put("m.arrow", SyntheticTrace.Random(3, 20, 2));
        _folder.Put("notes.csv", "what I noted"u8);
        ToolOutcome outcome = Tool.Run(_folder.Path, arguments);
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith("forktrace: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.Empty(outcome.Out);
        Assert.Equal(["m.arrow", "notes.csv"], _folder.Names);
    }

    private string Hits(string trace)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "replay", trace, "--json");
        Assert.Equal(0, outcome.Code);
        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        IEnumerable<JsonElement> results = document.RootElement.GetProperty("results").EnumerateArray();
        return string.Join(' ', results.Select(result => result.GetProperty("hits").ToString()));
    }
}
