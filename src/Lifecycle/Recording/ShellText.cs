namespace ForkTrace.Lifecycle.Recording;

/// <summary>Arguments as a POSIX shell takes them.</summary>
public static class ShellText
{
    private const string Harmless = "-_./:,+@%";

    /// <summary>One line of arguments. <c>$TS</c> stays a variable.</summary>
    public static string Of(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>One argument, quoted if the shell could take it for something else.</summary>
    public static string Quote(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        if (argument.Length > 0 && argument.All(IsHarmless))
            return argument;
        return argument.Contains(RecordedEvent.TaskStructBytes, StringComparison.Ordinal) && !argument.AsSpan().ContainsAny("\"`\\!")
            ? $"\"{argument}\""
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static bool IsHarmless(char letter) => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter, StringComparison.Ordinal);
}
