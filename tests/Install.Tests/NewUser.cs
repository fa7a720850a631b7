using System.Diagnostics;

namespace ForkTrace.Install.Tests;

/// <summary>A user with an empty home and the PATH of a new account, without access to files of the repository or its developer.</summary>
internal sealed class NewUser : IDisposable
{
    private const int TimeoutMs = 600_000;

    /// <summary>The folder with <see cref="Home"/> and <see cref="WorkFolder"/>.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("forktrace-install").FullName;

    public string Home => Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;

    /// <summary>The current folder of commands. There is no .NET project in it or above it.</summary>
    public string WorkFolder => Directory.CreateDirectory(Path.Combine(Folder, "work")).FullName;

    /// <summary>Runs a command, which must succeed, and returns its standard output.</summary>
    public string Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = WorkFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["HOME"] = Home;
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } runtime)
        {
            start.Environment["DOTNET_ROOT"] = runtime;
            start.Environment["PATH"] += $":{runtime}";
        }

        return Wait(start);
    }

    /// <summary>Runs a script of the repository like a developer. It must succeed; returns its standard output.</summary>
    public static string RunScript(string name, params string[] arguments) =>
        Wait(new ProcessStartInfo(Path.Combine(RepositoryRoot, name), arguments) { RedirectStandardOutput = true, RedirectStandardError = true });

    private static string RepositoryRoot => TestKit.RepositoryFiles.Root;

    private static string Wait(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMs))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} has not ended after {TimeoutMs} ms.");
        }

        string command = $"{start.FileName} {string.Join(' ', start.ArgumentList)}";
        Assert.True(process.ExitCode == 0, $"{command}: exit code {process.ExitCode}\n{output.Result}\n{error.Result}");
        return output.Result;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
