using System.Text.Json;

namespace ForkTrace.Cli.Tests;

/// <summary>Closed forms, from the generator's command line to replay's figures.</summary>
public sealed class SynthTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sequential --rate 1000 --grace-period 10ms", "rcu-cache:capacity=2", 0.2)]
    [InlineData("sequential --rate 1000 --grace-period 40ms --cpus 3", "rcu-cache:capacity=4", 0.1)]
    [InlineData("sequential", "linux-4.9:capacity=1", 0.99995)]
    [InlineData("bursts --burst 8", "linux-4.9:capacity=2", 0.25)]
    [InlineData("bursts --burst 8", "rcu-cache:capacity=6", 0.75)]
    [InlineData("independent --forks 100000 --seed 7", "linux-4.9:capacity=2", 0.6667)]
    [InlineData("independent --forks 100000 --seed 8", "linux-4.9:capacity=8", 0.8889)]
    [InlineData("crossing --cpus 4", "linux-5.18", 0.0)]
    public void Hit_rates_are_those_of_pencil_and_paper(string load, string policy, double expected)
    {
        ToolOutcome made = Tool.Run(_folder.Path, ["synth", .. load.Split(' '), "-o", "x.arrow"]);
        Assert.Equal("", made.Error);
        ToolOutcome replay = Tool.Run(_folder.Path, "replay", "x.arrow", "--policy", policy, "--json");
        using JsonDocument document = JsonDocument.Parse(replay.Out);
        Assert.Equal(expected, document.RootElement.GetProperty("results")[0].GetProperty("hit_rate").GetDouble(), 0.01);
    }

    [Fact]
    public void The_same_seed_gives_the_same_file_and_another_another()
    {
        foreach ((string seed, string file) in new[] { ("1", "a"), ("1", "b"), ("2", "c") })
            Assert.Equal(0, Tool.Run(_folder.Path, "synth", "independent", "--forks", "500", "--seed", seed, "-o", file).Code);
        Assert.Equal(File.ReadAllBytes(_folder.Of("a")), File.ReadAllBytes(_folder.Of("b")));
        Assert.NotEqual(File.ReadAllBytes(_folder.Of("a")), File.ReadAllBytes(_folder.Of("c")));
    }

    [Theory]
    [InlineData("there is no load 'waves'; known are sequential, bursts, independent, crossing", "waves", "-o", "x.arrow")]
    [InlineData("crossing needs --cpus 2 or more", "crossing", "-o", "x.arrow")]
    [InlineData("--forks is 0, but must be 1 to 5000000", "bursts", "--forks", "0", "-o", "x.arrow")]
    [InlineData("--grace-period: '10' is no duration", "bursts", "--grace-period", "10", "-o", "x.arrow")]
    [InlineData("'--output' is required", "bursts")]
    [InlineData("refusing to overwrite notes.txt: it is not an event file", "bursts", "-o", "notes.txt")]
    public void Mistakes_are_told_and_nothing_is_written(string expected, params string[] arguments)
    {
        _folder.Put("notes.txt", "mine"u8);
        ToolOutcome outcome = Tool.Run(_folder.Path, ["synth", .. arguments]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], _folder.Names);
    }
}
