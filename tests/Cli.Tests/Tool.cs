using System.Diagnostics;
using System.Globalization;
using System.Text;
using ForkTrace.Cli.Shared;

namespace ForkTrace.Cli.Tests;

/// <summary>Runs the built tool like a user: in a separate process with separate streams.</summary>
public static class Tool
{
    private const int TimeoutMs = 120_000;

    /// <summary>
    /// The program: the one that FORKTRACE_TEST_TOOL names, or else the one that the project reference puts next to the tests. A published tool
    /// starts in a third of the time.
    /// </summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("FORKTRACE_TEST_TOOL") is { Length: > 0 } named
        ? named
        : System.IO.Path.Combine(AppContext.BaseDirectory, "forktrace");

    /// <summary>Runs the tool in a folder.</summary>
    public static ToolOutcome Run(string folder, params string[] arguments) => Start(Path, folder, arguments);

    /// <summary>Runs the tool as on a terminal with that many columns.</summary>
    public static ToolOutcome Run(string folder, int columns, params string[] arguments) => Start(Path, folder, arguments, columns);

    /// <summary>Runs a shell command line; <c>$TOOL</c> is the tool.</summary>
    public static ToolOutcome Shell(string folder, string line, int timeoutMs = TimeoutMs) =>
        Start("/bin/bash", folder, ["-c", line], timeoutMs: timeoutMs);

    /// <summary>Runs a shell command line as in a new container, with only PATH, HOME and a width set. <c>forktrace</c> is on the
    /// PATH.</summary>
    public static ToolOutcome CleanShell(string folder, int columns, string line)
    {
        List<string> environment = [$"PATH={System.IO.Path.GetDirectoryName(Path)}:/usr/local/bin:/usr/bin:/bin", $"HOME={folder}", $"COLUMNS={columns}"];
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } runtime)
            environment.Add($"DOTNET_ROOT={runtime}");
        return Start("/usr/bin/env", folder, ["-i", .. environment, "/bin/bash", "-c", line]);
    }

    private static ToolOutcome Start(string program, string folder, string[] arguments, int? columns = null, int timeoutMs = TimeoutMs)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["TOOL"] = Path;
        foreach (string name in (string[])["FORKTRACE_DEBUG", "NO_COLOR", "COLUMNS"])
            start.Environment.Remove(name);
        if (columns is { } width)
            start.Environment["COLUMNS"] = width.ToString(CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(timeoutMs))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} has not ended after {timeoutMs} ms.");
        }

        return new ToolOutcome(process.ExitCode, output.Result, error.Result);
    }
}
