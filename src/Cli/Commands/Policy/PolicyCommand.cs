using ForkTrace.Cli.Plugins;
using ForkTrace.Replay.Conformance;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace policy</c>: for those who write policies.</summary>
internal static class PolicyCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("policy", "Check policies that are not in the catalogue.")
        {
            Examples = ["forktrace policy check my.cs", "forktrace policy check my-policies.dll --json"],
        };
        command.Add(Check(terminal));
        return command;
    }

    private static ToolCommand Check(Terminal terminal)
    {
        ToolCommand command = new(
            "check", "Run the conformance suite on every policy of a C# file or an assembly. Exit code 4 if a check fails.")
        {
            Notes = CheckNotes,
            Examples = ["forktrace policy check my.cs", "forktrace policy check my-policies.dll --json"],
        };
        Argument<string> file = SharedOptions.File("FILE", "A C# file (.cs), which is compiled, or an assembly (.dll). Its code runs.");
        Option<bool> json = SharedOptions.Json();
        command.Add(file);
        command.Add(json);
        PolicyLimitOptions limits = new(command);
        command.SetAction(parsed =>
        {
            PolicyChild.Require(limits.Read(parsed), ExitCode.Regressed);
            return Run(terminal, parsed.GetRequiredValue(file), parsed.GetValue(json));
        });
        return command;
    }

    private static IEnumerable<string> CheckNotes()
    {
        yield return "Checks:";
        foreach (ConformanceCheck check in ConformanceSuite.All)
            yield return $"  {check.Name,-14}  {check.Summary}";
    }

    private static int Run(Terminal terminal, string path, bool json)
    {
        ImmutableArray<PolicyEntry> policies = PolicyPlugin.Of(path);
        (string Policy, ImmutableArray<ConformanceOutcome> Outcomes)[] results =
            [.. policies.Select(policy => (policy.Descriptor.Name, ConformanceSuite.Run(policy)))];
        if (json)
            JsonOutput.Write(terminal, ConformanceDocument.Of(results), JsonDocuments.Default.ConformanceDocument);
        else
            ConformanceText.Write(terminal, results);
        bool isSound = results.All(result => result.Outcomes.All(outcome => outcome.Failure is null));
        return (int)(isSound ? ExitCode.Success : ExitCode.Regressed);
    }
}
