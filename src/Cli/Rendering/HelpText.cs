using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace ForkTrace.Cli.Rendering;

/// <summary>Commands that belong together, as help shows them.</summary>
/// <param name="Task">Their purpose, in one word.</param>
/// <param name="Commands">Their names.</param>
internal sealed record CommandTask(string Task, ImmutableArray<string> Commands)
{
    /// <summary>All tasks, in the order in which a user needs them. Commands without a task are shown after them.</summary>
    public static ImmutableArray<CommandTask> All { get; } =
    [
        new("Record", ["record", "calibrate"]),
        new("Read", ["ingest", "inspect", "export", "synth"]),
        new("Replay", ["run", "replay", "fleet", "policy", "validate", "list"]),
        new("Look", ["watch", "query", "report"]),
        new("Compare", ["compare", "ci"]),
    ];

    /// <summary>The commands that a user needs first.</summary>
    public static ImmutableArray<string> Main { get; } = ["record", "inspect", "run", "query", "report", "compare"];
}

/// <summary>
/// A command's help: what it does, its arguments and options, notes and examples. Each option has one line with the first clause of its
/// description; <c>--wide</c> shows the whole description.
/// </summary>
internal sealed partial class HelpText(Terminal terminal, ImmutableArray<string> rootExamples) : SynchronousCommandLineAction
{
    private const int LineMax = 80;
    private const int NameMax = 24;
    private static readonly string[] s_clauseEnds = [". ", "; ", ": "];

    public override int Invoke(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        terminal.Out.WriteLine("Description:");
        Write($"  {command.Description}", 2);
        terminal.Out.WriteLine();
        Write($"Usage: {Usage(parseResult)}", 2);
        foreach (Argument argument in command.Arguments)
            WriteEntry(argument.HelpName ?? argument.Name, argument.Description, "");
        terminal.Out.WriteLine();
        if (command is RootCommand)
            WriteTasks(command);
        else if (command.Subcommands.Count > 0)
            WriteCommands("Commands", command.Subcommands);
        WriteOptions(command);
        ToolCommand? tool = command as ToolCommand;
        string[] notes = [.. tool?.Notes?.Invoke() ?? []];
        foreach (string line in notes)
            terminal.Out.WriteLine(line);
        if (notes.Length > 0)
            terminal.Out.WriteLine();
        terminal.Out.WriteLine("Examples:");
        foreach (string example in tool?.Examples ?? rootExamples)
        {
            foreach (string line in WrappedText.CommandLines($"  {example}", terminal.Width, indent: 4))
                terminal.Out.WriteLine(line);
        }

        return (int)ExitCode.Success;
    }

    /// <summary>Writes what a user sees after typing only the tool's name.</summary>
    public void WriteFirst(Command root)
    {
        Write(root.Description!, 0);
        terminal.Out.WriteLine();
        WriteCommands("Commands", CommandTask.Main.Select(name => root.Subcommands.First(command => command.Name == name)));
        terminal.Out.WriteLine("Try: forktrace run trace.dat");
        terminal.Out.WriteLine("All commands: forktrace --help. Help on one: forktrace run --help.");
    }

    private static string Usage(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<string> names = command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name);
        IEnumerable<string> arguments = command.Arguments.Select(argument =>
        {
            string name = argument.HelpName ?? argument.Name;
            string shown = argument.Arity.MaximumNumberOfValues > 1 ? $"{name}..." : name;
            return argument.Arity.MinimumNumberOfValues == 0 ? $"[{shown}]" : shown;
        });
        string[] self = command is RootCommand ? [] : [command.Name];
        return string.Join(
            ' ', (string[])["forktrace", .. names, .. self, .. arguments, .. command.Subcommands.Count > 0 ? ["COMMAND"] : Array.Empty<string>(), "[options]"]);
    }

    private void WriteTasks(Command root)
    {
        string[] grouped = [.. CommandTask.All.SelectMany(task => task.Commands)];
        foreach (CommandTask task in CommandTask.All)
            WriteCommands(task.Task, task.Commands.SelectMany(name => root.Subcommands.Where(command => command.Name == name)));
        WriteCommands("More", root.Subcommands.Where(command => !grouped.Contains(command.Name)));
    }

    private void WriteCommands(string title, IEnumerable<Command> commands)
    {
        terminal.Out.WriteLine($"{title}:");
        foreach (Command command in commands)
            WriteEntry(command.Name, command.Description, "");
        terminal.Out.WriteLine();
    }

    // forktrace --help shows the options that every command has.
    private void WriteOptions(Command command)
    {
        Option[] options = [.. command.Options.Where(option => !option.Hidden)];
        if (options.Length == 0)
            return;
        terminal.Out.WriteLine("Options:");
        foreach (Option option in options)
            WriteEntry(NameOf(option), option.Description, DefaultOf(option));
        if (command is not RootCommand && !terminal.Look.IsWide)
            Write("[Defaults] in brackets. More on each: add --wide. Further: forktrace --help.", 0);
        terminal.Out.WriteLine();
    }

    private string NameOf(Option option)
    {
        string alias = option.Aliases.FirstOrDefault(name => name.Length == 2) is { } letter ? $"{letter}, " : "";
        bool takesValue = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);
        if (!takesValue || option is HelpOption)
            return $"{alias}{option.Name}";
        string value = option.HelpName ?? "VALUE";
        bool isLong = !terminal.Look.IsWide && alias.Length + option.Name.Length + 1 + value.Length > NameMax;
        return $"{alias}{option.Name} {(isLong ? ShortValue(value) : value)}";
    }

    // Of a value with variants, the first; WORD for a list of words to choose from.
    private static string ShortValue(string value) => value.Any(char.IsUpper) ? value.Split('|', '[', ':', '=', '%')[0] : "WORD";

    private static string DefaultOf(Option option)
    {
        bool hasDefault = option.HasDefaultValue && option.ValueType != typeof(bool) && option.ValueType != typeof(void);
        return hasDefault ? FormattableString.Invariant($" [{option.GetDefaultValue()}]") : "";
    }

    private void WriteEntry(string name, string? description, string usual)
    {
        string text = $"{(terminal.Look.IsWide ? description : FirstClause(description ?? ""))}{usual}";
        Write($"  {name.PadRight(NameMax)}  {text}", NameMax + 4);
    }

    private static string FirstClause(string description)
    {
        string text = Parentheses().Replace(description, "");
        int end = s_clauseEnds.Select(mark => text.IndexOf(mark, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(text.Length).Min();
        return text[..end].TrimEnd('.');
    }

    [GeneratedRegex(@" \([^)]*\)")]
    private static partial Regex Parentheses();

    private void Write(string text, int indent)
    {
        foreach (string line in WrappedText.Lines(text, Math.Min(LineMax, terminal.Width), indent))
            terminal.Out.WriteLine(line);
    }
}
