using System.CommandLine.Parsing;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Cli.Options;

/// <summary>The options that name the files that a command writes, and <c>--force</c>.</summary>
internal sealed class OutputOptions
{
    private readonly Option<bool> _force = new("--force")
    {
        Description = "Also replace files that ForkTrace did not write. An input of this run is never replaced.",
    };

    private readonly Option[] _outputs;

    /// <summary>Adds the options to a command.</summary>
    public OutputOptions(Command command, params Option[] outputs)
    {
        _outputs = outputs;
        foreach (Option output in outputs)
            command.Add(output);
        command.Add(_force);
    }

    /// <summary>An empty set of outputs. All other words of the command line that name files are inputs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">Other files that are read.</param>
    public OutputSet Begin(ParseResult parsed, params IEnumerable<string> inputs)
    {
        IEnumerable<string> words = parsed.CommandResult.Children
            .Where(part => part is not OptionResult option || !_outputs.Contains(option.Option))
            .SelectMany(part => part.Tokens)
            .Select(token => token.Value == TraceOpener.StandardInput ? "/dev/stdin" : token.Value);
        return new OutputSet([.. words, .. inputs], parsed.GetValue(_force));
    }
}
