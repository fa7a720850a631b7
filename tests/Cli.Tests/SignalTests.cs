namespace ForkTrace.Cli.Tests;

/// <summary>A signal ends the tool, and its temporary files are removed.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public SignalTests() =>
        Assert.Equal(0, Tool.Run(_folder.Path, "synth", "sequential", "--forks", "200000", "-o", "t.arrow").Code);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void No_temporary_file_remains(string signal, int code)
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, WhileItWrites("env --default-signal=INT,HUP ", $"kill -{signal} $!"));
        Assert.Equal($"{code}\n", outcome.Out);
        Assert.Equal(["t.arrow"], _folder.Names);
    }

    [Fact]
    public void What_a_kill_left_is_gone_after_the_next_run()
    {
        Assert.Equal("137\n", Tool.Shell(_folder.Path, WhileItWrites("", "kill -KILL $!")).Out);
        Assert.Contains(_folder.Names, name => name.StartsWith(".t.csv.forktrace-", StringComparison.Ordinal));
        Assert.Equal(0, Tool.Run(_folder.Path, "export", "t.arrow", "-o", "other.parquet").Code);
        Assert.Equal(["other.parquet", "t.arrow"], _folder.Names);
    }

    // Like under nohup.
    [Fact]
    public void A_signal_that_is_ignored_changes_nothing()
    {
        Assert.Equal("0\n", Tool.Shell(_folder.Path, WhileItWrites("trap '' HUP; ", "kill -HUP $!")).Out);
        Assert.Equal(["t.arrow", "t.csv"], _folder.Names);
    }

    // A shell's background job ignores SIGINT, unless job control is on (set -m). The parent of the tests may ignore SIGINT and SIGHUP,
    // too.
    private static string WhileItWrites(string before, string then) =>
        $"set -m; {before}$TOOL export t.arrow -o t.csv > /dev/null & "
        + "until compgen -G '.t.csv.forktrace-*' > /dev/null || ! kill -0 $! 2> /dev/null; do :; done; "
        + $"{then}; wait $! 2> /dev/null; echo $?";
}
