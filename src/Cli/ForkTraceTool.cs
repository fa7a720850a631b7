using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Storage;
using ForkTrace.Cli.Commands;
using ForkTrace.Cli.Completion;
using ForkTrace.Cli.Plugins;
using ForkTrace.Fidelity.Calibration;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Input;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli;

/// <summary>The whole tool: arguments in, exit code out. Every failure becomes one line on standard error.</summary>
internal static class ForkTraceTool
{
    /// <summary>If this variable is 1, an internal failure shows its stack trace.</summary>
    private const string DebugVariable = "FORKTRACE_DEBUG";

    private static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>The commands, in the order that help shows them.</summary>
    internal static (string Name, Func<Terminal, Command> Create)[] Commands { get; } =
    [
        ("run", RunCommand.Create),
        ("ingest", IngestCommand.Create),
        ("inspect", InspectCommand.Create),
        ("replay", ReplayCommand.Create),
        ("watch", WatchCommand.Create),
        ("query", QueryCommand.Create),
        ("export", ExportCommand.Create),
        ("report", ReportCommand.Create),
        ("compare", CompareCommand.Create),
        ("ci", CiCommand.Create),
        ("fleet", FleetCommand.Create),
        ("validate", ValidateCommand.Create),
        ("record", RecordCommand.Create),
        ("calibrate", CalibrateCommand.Create),
        ("learn", LearnCommand.Create),
        ("list", ListCommand.Create),
        ("policy", PolicyCommand.Create),
        ("synth", SynthCommand.Create),
        ("mcp", McpCommand.Create),
        ("completion", CompletionCommand.Create),
    ];

    public static ExitCode Run(string[] arguments)
    {
        try
        {
            using Terminal terminal = new();
            if (arguments is [CommandWords.Directive, .. string[] words])
            {
                RootCommand known = Build(terminal, words.FirstOrDefault());
                _ = new LookOptions(known);
                CommandWords.Write(terminal, known, words);
                return ExitCode.Success;
            }

            RootCommand root = Build(terminal, arguments.FirstOrDefault());
            LookOptions look = new(root);
            ParseResult parsed = root.Parse(arguments, s_parsing);
            if (parsed.Action is ParseErrorAction)
                throw new UsageException(Describe(parsed));
            look.Apply(parsed, terminal);
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
        catch (PolicyHandOverException task)
        {
            return Supervise(task);
        }
#pragma warning disable CA1031 // The one place that turns any failure into a line and an exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Report(failure);
        }
    }

    // A method of its own, so that other commands do not load these types.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ExitCode Supervise(PolicyHandOverException task)
    {
        try
        {
            return PolicyParent.Run(task);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            Terminal.Note($"forktrace: no process can be started for policies from files: {failure.Message}");
            return ExitCode.Usage;
        }
    }

    // The first argument names the command. The other commands, with all their options, are then not created.
    private static RootCommand Build(Terminal terminal, string? first)
    {
        RootCommand root = new("Replays a recorded trace of forks and exits under other ways of keeping thread stacks.");
        bool isNamed = Array.Exists(Commands, command => command.Name == first);
        foreach ((string name, Func<Terminal, Command> create) in Commands)
        {
            if (!isNamed || name == first)
                root.Add(create(terminal));
        }

        RequireSubcommands(root);

        // System.CommandLine's [suggest] splits the line by rules other than a shell's, and never completes a file: see CommandWords.
        root.Directives.Clear();
        HelpText help = new(terminal, ["forktrace run trace.dat", "forktrace run --help"]);
        root.Options.OfType<HelpOption>().Single().Action = help;
        root.SetAction(parsed =>
        {
            help.WriteFirst(root);
            return (int)ExitCode.Success;
        });
        return root;
    }

    private static string Describe(ParseResult parsed)
    {
        string name = NameOf(parsed);
        if (Misspelt(parsed) is { } mistake)
            return $"{mistake} (see {name} --help)";
        List<ParseError> errors = [.. parsed.Errors];

        // The parser takes a misspelt option for an argument. It then reports the words after it as too many: drop those errors.
        if (errors.Exists(error => error.SymbolResult is ArgumentResult))
            errors.RemoveAll(error => error.SymbolResult is CommandResult);
        return $"{string.Join("; ", errors.Select(error => error.Message.TrimEnd('.')).Distinct())} (see {name} --help)";
    }

    // For an unknown command or option: the message, with the nearest known name if there is one.
    private static string? Misspelt(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is not [string word, ..])
            return null;
        bool isOption = word.StartsWith('-');
        if (!isOption && command.Subcommands.Count == 0)
            return null;
        IEnumerable<string> known = isOption
            ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
                .SelectMany(option => option.Aliases.Prepend(option.Name))
            : command.Subcommands.Select(child => child.Name);
        string meant = Spelling.Nearest(word.Split('=')[0], known) is { } near ? $"; did you mean {near}?" : "";
        return $"there is no {(isOption ? "option" : "command")} '{word}'{meant}";
    }

    // Without this, the parser also reports a missing command when one is misspelt.
    private static void RequireSubcommands(Command command)
    {
        if (command.Subcommands.Count > 0 && command.Action is null)
            command.SetAction(RefuseNoSubcommand);
        foreach (Command part in command.Subcommands)
            RequireSubcommands(part);
    }

    private static int RefuseNoSubcommand(ParseResult parsed)
    {
        string name = NameOf(parsed);
        IEnumerable<string> known = parsed.CommandResult.Command.Subcommands.Select(command => command.Name);
        throw new UsageException($"{name} needs one of {string.Join(", ", known)} (see {name} --help)");
    }

    private static string NameOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "forktrace" : $"forktrace {NameOf(parsed.CommandResult)}";

    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult { Command: not RootCommand } parent
            ? $"{NameOf(parent)} {command.Command.Name}"
            : command.Command.Name;

    private static ExitCode Report(Exception failure)
    {
        if (failure is RecordingFailedException { InnerException: { } cause })
        {
            Report(cause);
            return ExitCode.RecordingFailed;
        }

        (ExitCode code, string text) = failure switch
        {
            UsageException or PolicyException or RuleException => (ExitCode.Usage, failure.Message),
            ResultsDatabaseException { Fault: ResultsFault.Content } => (ExitCode.InputRejected, failure.Message),
            ResultsDatabaseException => (ExitCode.Usage, failure.Message),
            IngestException or EventFileException or DataLossException or NoTruthException or NoCostException =>
                (ExitCode.InputRejected, failure.Message),
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
