using System.Reflection;

namespace ForkTrace.Cli.Shared;

/// <summary>The version of this program, as <c>--version</c> shows it and results keep it.</summary>
internal static class ToolVersion
{
    public static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}

/// <summary>Arguments as one line of text that a shell would split into the same arguments.</summary>
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
