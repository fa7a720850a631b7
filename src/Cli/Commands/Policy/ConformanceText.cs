using ForkTrace.Replay.Conformance;

namespace ForkTrace.Cli.Commands;

/// <summary>One line per check: <c>pass</c> or <c>FAIL</c>, the policy, and what must hold or what was found.</summary>
internal static class ConformanceText
{
    public static void Write(Terminal terminal, IReadOnlyList<(string Policy, ImmutableArray<ConformanceOutcome> Outcomes)> results)
    {
        foreach ((string policy, ImmutableArray<ConformanceOutcome> outcomes) in results)
        {
            foreach (ConformanceOutcome outcome in outcomes)
            {
                string verdict = outcome.Failure is null ? "pass" : "FAIL";
                string text = $"{verdict}  {policy}  {outcome.Check.Name,-14}  {outcome.Failure ?? outcome.Check.Summary}";
                terminal.WriteWrapped(text, indent: 6);
            }
        }
    }
}

/// <summary>The output of <c>policy check --json</c>.</summary>
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
