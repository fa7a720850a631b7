namespace ForkTrace.Cli;

/// <summary>Arguments as a shell would take them again.</summary>
internal static class CommandLineText
{
    private const string Harmless = "-_./:=,+@%";

    public static string Of(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(IsHarmless)
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsHarmless(char letter) => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter, StringComparison.Ordinal);
}
