using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ForkTrace.Cli;

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
