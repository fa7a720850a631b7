using System.CommandLine.Completions;

namespace ForkTrace.Cli.Completion;

/// <summary>
/// The words that may come next on a command line. Completion scripts call <c>forktrace [complete] WORD... LAST</c> with the words
/// that the shell has split. No answer means that a file may come next.
/// </summary>
internal static class CommandWords
{
    public const string Directive = "[complete]";

    private const string EndOfOptions = "--";

    /// <summary>Writes one candidate per line, with a tab before its description.</summary>
    public static void Write(Terminal terminal, Command root, ReadOnlySpan<string> words)
    {
        foreach (CompletionItem item in Of(root, words))
            terminal.Out.WriteLine(item.Detail is { } detail ? $"{item.Label}\t{detail}" : item.Label);
    }

    /// <summary>The candidates for the last of the words. The last word may be empty. The name of the tool is not among the words.</summary>
    public static IEnumerable<CompletionItem> Of(Command root, ReadOnlySpan<string> words)
    {
        string last = words.IsEmpty ? "" : words[^1];
        Command command = root;
        Option? awaiting = null;
        HashSet<Option> given = [];
        int operands = 0;
        bool ended = false;
        foreach (string word in words.IsEmpty ? [] : words[..^1])
        {
            if (awaiting is not null)
                awaiting = null;
            else if (!ended && word.StartsWith('-') && word.Length > 1)
            {
                ended = word == EndOfOptions;
                if (OptionOf(command, word) is { } option)
                {
                    given.Add(option);
                    awaiting = TakesValue(option) && !word.Contains('=', StringComparison.Ordinal) ? option : null;
                }
            }
            else if (operands == 0 && command.Subcommands.FirstOrDefault(child => child.Name == word) is { } subcommand)
                command = subcommand;
            else
                operands++;
        }

        return Candidates().Where(item => IsFor(item.Label, last));

        IEnumerable<CompletionItem> Candidates()
        {
            if (awaiting is not null)
                return Values(awaiting);
            if (!ended && last.StartsWith('-'))
                return last.Contains('=', StringComparison.Ordinal) ? JoinedValues(command, last) : Options(command, given);
            if (operands == 0 && command.Subcommands.Count > 0)
                return command.Subcommands.Select(child => new CompletionItem(child.Name, detail: child.Description));
            return operands < command.Arguments.Count ? From(command.Arguments[operands].CompletionSources) : [];
        }
    }

    // The part after a colon (a policy's parameters) is offered only once the user has typed the colon.
    private static bool IsFor(string label, string word) =>
        label.StartsWith(word, StringComparison.Ordinal) && !label.AsSpan(word.Length).Contains(':');

    private static Option? OptionOf(Command command, string word)
    {
        string name = word.Split('=', 2)[0];
        return Known(command).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));
    }

    private static IEnumerable<Option> Known(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Known(parent).Where(option => option.Recursive)).Concat(command.Options);

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    private static IEnumerable<CompletionItem> Options(Command command, HashSet<Option> given) =>
        Known(command)
            .Where(option => !option.Hidden && (option.Arity.MaximumNumberOfValues > 1 || !given.Contains(option)))
            .Select(option => new CompletionItem(option.Name, detail: option.Description));

    private static IEnumerable<CompletionItem> Values(Option option) => From(option.CompletionSources);

    private static IEnumerable<CompletionItem> JoinedValues(Command command, string word) =>
        OptionOf(command, word) is { } option && TakesValue(option)
            ? Values(option).Select(value => new CompletionItem($"{word.Split('=', 2)[0]}={value.Label}", detail: value.Detail))
            : [];

    private static IEnumerable<CompletionItem> From(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        sources.SelectMany(source => source(CompletionContext.Empty));
}
