using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ForkTrace.Cli.Shared;

/// <summary>A command whose help ends with what is not in System.CommandLine's own: notes made on demand, and examples.</summary>
internal sealed class ToolCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines as a user would type them.</summary>
    public required ImmutableArray<string> Examples { get; init; }

    /// <summary>Lines to show before the examples: catalogues are read only when help is asked for.</summary>
    public Func<IEnumerable<string>>? Notes { get; init; }
}

/// <summary>Shows a command's help, then its notes and examples.</summary>
internal sealed class ExampleHelpAction(HelpAction help, ImmutableArray<string> rootExamples) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        ToolCommand? command = parseResult.CommandResult.Command as ToolCommand;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        foreach (string line in command?.Notes?.Invoke() ?? [])
            output.WriteLine(line);
        output.WriteLine("Examples:");
        foreach (string example in command?.Examples ?? rootExamples)
            output.WriteLine($"  {example}");
        return code;
    }
}
