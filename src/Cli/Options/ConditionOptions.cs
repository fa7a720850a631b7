using System.CommandLine.Completions;
using ForkTrace.Replay.Conditions;

namespace ForkTrace.Cli.Options;

/// <summary>One option per condition of a replay, made from its definition.</summary>
internal sealed class ConditionOptions
{
    private readonly ImmutableArray<(ConditionDefinition Condition, Option<string?> Option)> _options;

    private ConditionOptions(Command command, IEnumerable<ConditionDefinition> conditions)
    {
        _options = [.. conditions.Select(condition => (condition, Of(condition)))];
        foreach ((_, Option<string?> option) in _options)
            command.Add(option);
    }

    /// <summary>For a command that uses only hits and misses, and no conditions that affect costs alone, such as the length of a vfree.</summary>
    public static ConditionOptions ForOutcomes(Command command) =>
        new(command, ConditionDefinition.All.Where(condition => condition.DecidesOutcomes));

    /// <summary>For a command that shows all figures.</summary>
    public static ConditionOptions ForFigures(Command command) => new(command, ConditionDefinition.All);

    /// <summary>The conditions that the user gave, and the defaults of all others.</summary>
    /// <exception cref="UsageException">A condition does not allow the text.</exception>
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

    /// <summary>Sets one condition from a text.</summary>
    /// <param name="conditions">The conditions so far.</param>
    /// <param name="condition">The condition to set.</param>
    /// <param name="text">Its value as text.</param>
    /// <param name="folder">The folder that paths of files are relative to.</param>
    /// <param name="calledAs">The name of the condition in messages.</param>
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

    /// <summary>Refuses conditions that do not fit a recording: a topology that leaves out CPUs, or a model that names missing CPUs.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="facts">The recording.</param>
    /// <param name="prefix">The prefix of a condition's name in messages.</param>
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
