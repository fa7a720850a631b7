using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// Compares the JSON output byte for byte, because scripts depend on it. After an intended change, run with FORKTRACE_UPDATE_GOLDEN=1 and
/// check the difference.
/// </summary>
public sealed class GoldenTests : IDisposable
{
    private const string UpdateVariable = "FORKTRACE_UPDATE_GOLDEN";
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("list-formats", "list", "formats", "--json")]
    [InlineData("list-policies", "list", "policies", "--json")]
    [InlineData("list-cost-models", "list", "cost-models", "--json")]
    [InlineData("ingest-pthread", "ingest", "@native-6.18/pthread.perf.data.zst", "--json")]
    [InlineData("inspect-pthread", "inspect", "@native-6.18/pthread.perf.data.zst", "--json")]
    [InlineData("inspect-perf-file", "inspect", "@formats/perf_file.data", "--json")]
    [InlineData("inspect-vm-prefork", "inspect", "@vm-6.1/prefork.dat", "--json")]
    [InlineData("inspect-v6", "inspect", "@formats/v6.dat.zst", "--json")]
    [InlineData("run-make", "run", "@native-6.18/make.perf.data.zst", "--json")]
    [InlineData(
        "replay-prefork", "replay", "@native-6.18/prefork.perf.data.zst", "--policy", "linux-5.18:capacity=4", "--seed", "7", "--json")]
    public void Json_is_as_it_was(string name, params string[] arguments)
    {
        string[] resolved = [.. arguments.Select(argument => argument[0] == '@' ? RepositoryFiles.SampleTrace(argument[1..]) : argument)];
        ToolOutcome outcome = Tool.Run(_folder.Path, resolved);
        Assert.Equal(0, outcome.Code);
        string golden = Path.Combine(RepositoryFiles.Root, "tests", "Cli.Tests", "golden", $"{name}.json");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(golden, outcome.Out);
        Assert.Equal(File.ReadAllText(golden), outcome.Out);
    }
}
