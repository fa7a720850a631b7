namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace learn</c>: learns from recordings. Only these commands load Microsoft.ML.</summary>
internal static class LearnCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("learn", "Learn from recordings: a policy, or which of them are alike (docs/learning.md).")
        {
            Examples = ["forktrace learn policy *.perf.data -o my.model", "forktrace learn cluster *.perf.data --pick 8"],
        };
        command.Add(LearnPolicyCommand.Create(terminal));
        command.Add(LearnClusterCommand.Create(terminal));
        return command;
    }
}
