using System.Collections.Immutable;
using ForkTrace.Replay.Conformance;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>policy check --json</c> says.</summary>
internal sealed record ConformanceDocument(CheckedDocument[] Policies)
{
    public static ConformanceDocument Of(IReadOnlyList<(string Policy, ImmutableArray<ConformanceOutcome> Outcomes)> results) =>
        new([.. results.Select(result => new CheckedDocument(
            result.Policy,
            result.Outcomes.All(outcome => outcome.Failure is null),
            [.. result.Outcomes.Select(outcome =>
                new CheckDocument(outcome.Check.Name, outcome.Failure is null, JsonOutput.Known(outcome.Failure)))]))]);
}

internal sealed record CheckedDocument(string Policy, bool Conforms, CheckDocument[] Checks);

internal sealed record CheckDocument(string Name, bool Passes, string? Failure);
