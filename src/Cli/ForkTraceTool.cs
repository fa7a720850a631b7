using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ForkTrace.Analytics;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Cli.Commands;
using ForkTrace.Cli.Completion;
using ForkTrace.Cli.Rendering;
using ForkTrace.Cli.Streams;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Input;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Fidelity;

namespace ForkTrace.Cli;

/// <summary>The whole tool: arguments in, exit code out. Every failure becomes one line on standard error.</summary>
internal static class ForkTraceTool
{
    /// <summary>Set to 1, an internal failure shows its stack trace.</summary>
    private const string DebugVariable = "FORKTRACE_DEBUG";

    private static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>The commands, in the order that help shows them.</summary>
    internal static (string Name, Func<Terminal, Command> Create)[] Commands { get; } =
    [
        ("run", RunCommand.Create),
        ("ingest", IngestCommand.Create),
        ("inspect", InspectCommand.Create),
        ("replay", ReplayCommand.Create),
        ("query", QueryCommand.Create),
        ("export", ExportCommand.Create),
        ("report", ReportCommand.Create),
        ("compare", CompareCommand.Create),
        ("ci", CiCommand.Create),
        ("validate", ValidateCommand.Create),
        ("record", RecordCommand.Create),
        ("calibrate", CalibrateCommand.Create),
        ("list", ListCommand.Create),
        ("policy", PolicyCommand.Create),
        ("synth", SynthCommand.Create),
        ("completion", CompletionCommand.Create),
    ];

    public static ExitCode Run(string[] arguments)
    {
        try
        {
            using Terminal terminal = new();
            if (arguments is [CommandWords.Directive, .. string[] words])
            {
                CommandWords.Write(terminal, Build(terminal, words.FirstOrDefault()), words);
                return ExitCode.Success;
            }

            ParseResult parsed = Build(terminal, arguments.FirstOrDefault()).Parse(arguments, s_parsing);
            if (parsed.Action is ParseErrorAction)
                throw new UsageException(Describe(parsed));
            InvocationConfiguration running = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = Console.Error,
            };
            return (ExitCode)parsed.Invoke(running);
        }
        catch (OutputClosedException)
        {
            return ExitCode.Success;
        }
#pragma warning disable CA1031 // The one place that turns whatever went wrong into a line and an exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Report(failure);
        }
    }

    // The command that is asked for is known by the first argument: the others, with all their options, are not made for nothing.
    private static RootCommand Build(Terminal terminal, string? first)
    {
        RootCommand root = new("Replays a recorded trace of forks and exits under other ways of keeping thread stacks.");
        bool isNamed = Array.Exists(Commands, command => command.Name == first);
        foreach ((string name, Func<Terminal, Command> create) in Commands)
        {
            if (!isNamed || name == first)
                root.Add(create(terminal));
        }

        // Its [suggest] splits the line by other rules than a shell, and takes no word for a file: see CommandWords.
        root.Directives.Clear();
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampleHelpAction(
            (HelpAction)help.Action!, ["forktrace run trace.dat", "forktrace inspect trace.dat", "forktrace run --help"]);
        return root;
    }

    private static string Describe(ParseResult parsed)
    {
        string name = parsed.CommandResult.Command is RootCommand ? "forktrace" : $"forktrace {NameOf(parsed.CommandResult)}";
        List<string> errors = [.. parsed.Errors.Select(error => error.Message.TrimEnd('.')).Distinct()];

        // What follows from another error is left out: a misspelt command is also a missing one.
        if (errors.Count > 1)
            errors.RemoveAll(error => error.StartsWith("Required command", StringComparison.Ordinal));
        if (errors.Exists(error => error.StartsWith("there is no option", StringComparison.Ordinal)))
            errors.RemoveAll(error => error.StartsWith("Unrecognized", StringComparison.Ordinal));
        if (errors is [var missing] && missing.StartsWith("Required command", StringComparison.Ordinal))
            errors = [$"{name} needs one of {string.Join(", ", parsed.CommandResult.Command.Subcommands.Select(command => command.Name))}"];
        return $"{string.Join("; ", errors)} (see {name} --help)";
    }

    private static string NameOf(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } parent
            ? $"{NameOf(parent)} {command.Command.Name}"
            : command.Command.Name;

    private static ExitCode Report(Exception failure)
    {
        (ExitCode code, string text) = failure switch
        {
            UsageException or PolicyException or RuleException => (ExitCode.Usage, failure.Message),
            ResultsDatabaseException { Fault: ResultsFault.Content } => (ExitCode.InputRejected, failure.Message),
            ResultsDatabaseException => (ExitCode.Usage, failure.Message),
            IngestException or EventFileException or DataLossException or NoTruthException => (ExitCode.InputRejected, failure.Message),
            IOException or UnauthorizedAccessException => (ExitCode.Usage, failure.Message),
            _ => (ExitCode.InternalFailure, $"internal failure: {failure.Message} ({DebugVariable}=1 shows where)"),
        };
        Terminal.Note($"forktrace: {text}");
        foreach (string detail in (failure as PolicyException)?.Details ?? [])
            Terminal.Note(detail);
        if (code == ExitCode.InternalFailure && Environment.GetEnvironmentVariable(DebugVariable) == "1")
            Console.Error.WriteLine(failure);
        return code;
    }
}
