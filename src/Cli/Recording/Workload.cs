namespace ForkTrace.Cli.Recording;

/// <summary>The program that is recorded.</summary>
internal static class Workload
{
    /// <summary>What is said of one that is not there.</summary>
    public static string Refusal(string program) =>
        $"cannot run '{program}': there is no such program{(program.Contains('/', StringComparison.Ordinal) ? "" : " in PATH")}";

    /// <summary>True if a shell would find it: by its path, or by its name in a folder of PATH.</summary>
    public static bool IsThere(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program);
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program)));
    }
}
