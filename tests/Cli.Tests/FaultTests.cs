using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Runs a fiftieth of the faults in docs/reliability.md.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("kills")]
    [InlineData("full disks")]
    [InlineData("read-only")]
    [InlineData("pairs")]
    [InlineData("shrinking")]
    public void Outputs_are_whole_and_nothing_is_left_behind(string fault)
    {
        string script = Path.Combine(RepositoryFiles.Root, "tests/Faults/run");
        ToolOutcome outcome = Tool.Shell(
            Path.GetTempPath(),
            $"command -v python3 zstd > /dev/null || exit 77; '{script}' --tool $TOOL --share 0.02 --only '{fault}' --jobs 2");
        Assert.SkipWhen(outcome.Code == 77, "python3 and zstd are needed");
        Assert.True(outcome.Code == 0, outcome.Out + outcome.Error);
    }
}
