using System.Reflection;

namespace ForkTrace.Cli;

/// <summary>The version of this program, as <c>--version</c> shows it and results keep it.</summary>
internal static class ToolVersion
{
    public static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
