namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace mcp</c>: serves recordings and results to a program by the Model Context Protocol.</summary>
internal static class McpCommand
{
    public static Command Create(Terminal terminal)
    {
        _ = terminal;
        ToolCommand command = new("mcp", "Answer an agent's questions, by the Model Context Protocol.")
        {
            Notes = Notes,
            Examples = ["forktrace mcp .", "forktrace mcp traces results"],
        };
        Argument<string[]> folders = new("FOLDER")
        {
            Description = "A folder whose files may be read, with all folders below it; may be given several times. No other file is opened.",
            Arity = ArgumentArity.OneOrMore,
        };
        command.Add(folders);
        command.SetAction((parsed, cancel) => Serve(new AllowedFolders(parsed.GetRequiredValue(folders)), cancel));
        return command;
    }

    // Only this command loads the assemblies of the protocol.
    private static async Task<int> Serve(AllowedFolders folders, CancellationToken cancel)
    {
        using Stream input = Console.OpenStandardInput();
        using Stream output = Console.OpenStandardOutput();
        Console.SetOut(Console.Error);
        await AgentServer.ServeAsync(folders, input, output, cancel);
        return (int)ExitCode.Success;
    }

    private static IEnumerable<string> Notes() =>
    [
        "Standard input and output carry the protocol: an agent's program starts this command (docs/mcp.md).",
        "",
    ];
}
