using System.CommandLine.Completions;
using ForkTrace.Replay.Conditions;

namespace ForkTrace.Cli.Options;

/// <summary>An option for each condition of a replay, by its definition.</summary>
internal sealed class ConditionOptions
{
    private readonly ImmutableArray<(ConditionDefinition Condition, Option<string?> Option)> _options;

    private ConditionOptions(Command command, IEnumerable<ConditionDefinition> conditions)
    {
        _options = [.. conditions.Select(condition => (condition, Of(condition)))];
        foreach ((_, Option<string?> option) in _options)
            command.Add(option);
    }

    /// <summary>For a command that asks whether stacks were cached, but not how long a vfree took.</summary>
    public static ConditionOptions ForOutcomes(Command command) =>
        new(command, ConditionDefinition.All.Where(condition => condition.DecidesOutcomes));

    /// <summary>For a command that shows all figures.</summary>
    public static ConditionOptions ForFigures(Command command) => new(command, ConditionDefinition.All);

    /// <summary>The conditions that were given, and for others the defaults.</summary>
    /// <exception cref="UsageException">A text is none of its condition's.</exception>
    public ReplayConditions Read(ParseResult parsed)
    {
        ReplayConditions conditions = ReplayConditions.Default;
        foreach ((ConditionDefinition condition, Option<string?> option) in _options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
                conditions = Read(conditions, condition, parsed.GetValue(option) ?? "", "", option.Name);
        }

        return conditions;
    }

    /// <summary>Conditions with one that was given as a text.</summary>
    /// <param name="conditions">The others.</param>
    /// <param name="condition">Which it is.</param>
    /// <param name="text">What was given.</param>
    /// <param name="folder">What the path of a file is relative to.</param>
    /// <param name="calledAs">What the user calls the condition, where the text is none of its.</param>
    public static ReplayConditions Read(
        ReplayConditions conditions, ConditionDefinition condition, string text, string folder, string calledAs)
    {
        try
        {
            return condition.Read(conditions, text, folder);
        }
        catch (FormatException mistake)
        {
            throw new UsageException($"{calledAs}: {mistake.Message}");
        }
    }

    /// <summary>Refuses what does not fit a recording: a topology that leaves out CPUs, a model that names CPUs that are not there.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="facts">The recording.</param>
    /// <param name="prefix">What stands before a condition's name where the user gave it.</param>
    public static void RefuseUnfit(ReplayConditions conditions, TraceFacts facts, string prefix = "--")
    {
        foreach (ConditionDefinition condition in ConditionDefinition.All)
        {
            if (condition.Misfit(conditions, facts) is { } reason)
                throw new UsageException($"{prefix}{condition.Name}: {reason}");
        }
    }

    private static Option<string?> Of(ConditionDefinition condition)
    {
        Option<string?> option = new($"--{condition.Name}") { Description = condition.Summary, HelpName = condition.Form };
        string usual = condition.Print(ReplayConditions.Default);
        if (usual.Length > 0)
            option.DefaultValueFactory = _ => usual;
        option.CompletionSources.Add(_ => condition.Choices().Select(choice => new CompletionItem(choice.Text, detail: choice.Summary)));
        return option;
    }
}
