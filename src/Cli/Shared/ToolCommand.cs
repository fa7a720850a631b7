namespace ForkTrace.Cli.Shared;

/// <summary>A command whose help ends with what is not in System.CommandLine's own: notes made on demand, and examples.</summary>
internal sealed class ToolCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines as a user would type them.</summary>
    public required ImmutableArray<string> Examples { get; init; }

    /// <summary>Lines to show before the examples: catalogues are read only when help is asked for.</summary>
    public Func<IEnumerable<string>>? Notes { get; init; }
}
