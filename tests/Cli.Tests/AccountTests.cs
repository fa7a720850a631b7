using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The output does not depend on the environment: locales, no HOME, another user, a read-only current folder.</summary>
public sealed class AccountTests : IDisposable
{
    private const string Nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tr_TR")]
    [InlineData("de_DE")]
    public void A_locale_changes_nothing(string language)
    {
        ToolOutcome made = Tool.Shell(_folder.Path, $"localedef -i {language} -f UTF-8 $PWD/{language}.UTF-8 2>&1");
        Assert.SkipUnless(Directory.Exists(_folder.Of($"{language}.UTF-8")), $"localedef made no {language}.UTF-8: {made.Out}");
        RequireSame($"LOCPATH=$PWD LC_ALL={language}.UTF-8 LANG={language}.UTF-8 LANGUAGE={language}");
    }

    [Fact]
    public void Without_a_home_it_does_the_same() => RequireSame("env -u HOME -u XDG_CACHE_HOME");

    [Fact]
    public void For_another_user_without_a_home_in_a_folder_that_is_read_only_it_does_the_same()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root becomes another user");
        Directory.CreateDirectory(_folder.Of("locked"));
        Tool.Shell(_folder.Path, "chmod 555 locked; chmod 755 .");
        RequireSame(Nobody + "env -u HOME -C locked");
    }

    // Compares the files that each command writes, in two folders.
    private void RequireSame(string how)
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        string[] outputs = [.. new[] { ("plain", "env"), ("other", how) }.Select(way =>
        {
            Directory.CreateDirectory(_folder.Of(way.Item1));
            ToolOutcome outcome = Tool.Shell(
                _folder.Path,
                $"chmod 777 {way.Item1}; out=$PWD/{way.Item1}; set -e; "
                + string.Concat(Commands(recording).Select(command => $"{way.Item2} $TOOL {command} 2> $out/error\n")));
            Assert.True(outcome.Code == 0, $"{outcome.Out}{outcome.Error}{File.ReadAllText(_folder.Of($"{way.Item1}/error"))}");
            return outcome.Out.Replace(_folder.Of(way.Item1), "OUT", StringComparison.Ordinal);
        })];
        Assert.Equal(outputs[0], outputs[1]);
        foreach (string file in new[] { "t.arrow", "t.csv", "t.parquet" })
            Assert.Equal(File.ReadAllBytes(_folder.Of($"plain/{file}")), File.ReadAllBytes(_folder.Of($"other/{file}")));
    }

    private static IEnumerable<string> Commands(string recording) =>
    [
        $"ingest {recording} -o $out/t.arrow",
        "inspect $out/t.arrow",
        "export $out/t.arrow -o $out/t.csv",
        "export $out/t.arrow -o $out/t.parquet",
        "run $out/t.arrow --db $out/r.duckdb --html $out/p.html",
        "run $out/t.arrow --db $out/r.duckdb --json",
        "report policies $out/r.duckdb",
        "report capacity $out/r.duckdb --format csv",
        "query $out/r.duckdb \"SELECT policy, hits, misses, hit_rate FROM history ORDER BY ALL\"",
        "query $out/r.duckdb \"SELECT policy, hits, misses, hit_rate FROM history ORDER BY ALL\" --format json",
        "validate $out/t.arrow",
        "list policies",
        "replay --help",
    ];
}
