namespace ForkTrace.Cli.Shared;

/// <summary>A command whose help also has notes and examples, which System.CommandLine's own help lacks.</summary>
internal sealed class ToolCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines as a user would type them.</summary>
    public required ImmutableArray<string> Examples { get; init; }

    /// <summary>Lines to show before the examples. Called only for help, because they may read catalogues.</summary>
    public Func<IEnumerable<string>>? Notes { get; init; }
}
