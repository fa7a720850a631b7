using System.Collections.Immutable;
using ForkTrace.Replay.Conditions;

namespace ForkTrace.Cli.Rendering;

/// <summary>Under which conditions a replay was made that somebody asked for: a label and a value each, none for the defaults.</summary>
internal static class ConditionText
{
    public static ImmutableArray<(string Label, string Value)> Of(ReplayConditions conditions) =>
    [
        .. ConditionDefinition.All
            .Where(condition => condition.Note is not null && !condition.IsDefault(conditions))
            .Select(condition => (condition.Name.Replace('-', ' '), condition.Note!(conditions))),
    ];
}
