using System.Security.Cryptography;
using System.Text.Json;

namespace ForkTrace.Cli.Tests;

/// <summary>Loads with known hit rates, from the generator's command line to the figures of replay.</summary>
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

    // The first 16 digits of the SHA-256 of files that were written when all rows were kept in memory.
    [Theory]
    [InlineData("sequential --forks 2000", "66d1680ba965bd21")]
    [InlineData("sequential --forks 500 --rate 10000000 --grace-period 1us", "177ee6885eeb3edd")]
    [InlineData("bursts --forks 1999 --cpus 4 --burst 5", "87390b27a980a450")]
    [InlineData("independent --forks 4001 --seed 8 --cpus 3 --rate 300 --grace-period 15ms", "7712b43f987055da")]
    [InlineData("crossing --forks 1001 --cpus 5 --rate 100000 --grace-period 7ms", "f95e19740d16d691")]
    [InlineData("independent --forks 2 --cpus 4", "6c0c35d9193cd7f8")]
    public void Files_are_unchanged(string load, string digest)
    {
        Assert.Equal(0, Tool.Run(_folder.Path, ["synth", .. load.Split(' '), "-o", "x.arrow"]).Code);
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder.Of("x.arrow"))))[..16]);
    }

    [Fact]
    public void A_build_server_is_placed_by_its_events()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "synth", "build", "--cpus", "4", "-o", "x.arrow").Code);
        ToolOutcome replay = Tool.Run(_folder.Path, "replay", "x.arrow", "--policy", "linux-5.18", "--json");
        using JsonDocument document = JsonDocument.Parse(replay.Out);
        JsonElement result = document.RootElement.GetProperty("results")[0];
        Assert.Equal("A", result.GetProperty("grade").GetString());
        Assert.InRange(result.GetProperty("hit_rate").GetDouble(), 0.3, 0.95);
        JsonElement time = document.RootElement.GetProperty("trace").GetProperty("time");
        Assert.InRange(time.GetProperty("last_ns").GetInt64() / 1e9, 30, 60);
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
    [InlineData("there is no load 'waves'; known are sequential, bursts, independent, crossing, build", "waves", "-o", "x.arrow")]
    [InlineData("crossing needs --cpus 2 or more", "crossing", "-o", "x.arrow")]
    [InlineData("--forks is 0, but must be 1 to 2000000000", "bursts", "--forks", "0", "-o", "x.arrow")]
    [InlineData("--grace-period: '10' is not a duration", "bursts", "--grace-period", "10", "-o", "x.arrow")]
    [InlineData("the load would last for more than 146 years", "bursts", "--forks", "2000000000", "--burst", "1", "--grace-period", "60s", "-o", "x")]
    [InlineData("'--output' is required", "bursts")]
    [InlineData("refusing to overwrite notes.txt: it is not an event file", "bursts", "-o", "notes.txt")]
    public void Mistakes_are_reported_and_nothing_is_written(string expected, params string[] arguments)
    {
        _folder.Put("notes.txt", "mine"u8);
        ToolOutcome outcome = Tool.Run(_folder.Path, ["synth", .. arguments]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], _folder.Names);
    }
}
