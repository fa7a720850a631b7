using ForkTrace.Analytics.Storage;

namespace ForkTrace.Cli.Options;

/// <summary>The label and the commit of a run in a database, to distinguish runs of many commits.</summary>
internal sealed class RunLabelOptions
{
    // GitHub and GitLab set these to the commit that they build.
    private static readonly string[] s_commitVariables = ["GITHUB_SHA", "CI_COMMIT_SHA"];

    private readonly Option<string?> _label = new("--label")
    {
        Description = "What to call the run in the database (before, after).",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _commit = new("--commit")
    {
        Description = "Commit that the run belongs to. Without it: GITHUB_SHA, CI_COMMIT_SHA, or the commit that is checked out here.",
        HelpName = "ID",
    };

    public RunLabelOptions(Command command)
    {
        command.Add(_label);
        command.Add(_commit);
    }

    /// <summary>The run with its label and its commit, as given or found.</summary>
    public RunDescription Describe(ParseResult parsed, DateTimeOffset startedAt) =>
        new(ToolVersion.Text, CommandLineText.Of(Environment.GetCommandLineArgs()[1..]), startedAt, DateTimeOffset.UtcNow)
        {
            Label = Given(parsed.GetValue(_label)),
            Commit = Given(parsed.GetValue(_commit)) ?? OfServer() ?? GitHead.Of(Environment.CurrentDirectory),
        };

    private static string? OfServer() =>
        s_commitVariables.Select(name => Given(Environment.GetEnvironmentVariable(name))).FirstOrDefault(commit => commit is not null);

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
