using System.Diagnostics;

namespace ForkTrace.Install.Tests;

/// <summary>Somebody with an empty home and the PATH of a new account: nothing of the repository or of its developer is in reach.</summary>
internal sealed class NewUser : IDisposable
{
    private const int TimeoutMs = 600_000;

    /// <summary>The folder that holds <see cref="Home"/> and <see cref="WorkFolder"/>.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("forktrace-install").FullName;

    public string Home => Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;

    /// <summary>Where commands run; no .NET project is in it or above it.</summary>
    public string WorkFolder => Directory.CreateDirectory(Path.Combine(Folder, "work")).FullName;

    /// <summary>Runs a command and gives its standard output; it must succeed.</summary>
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

    /// <summary>Runs a script of the repository as its developer does, and gives its standard output; it must succeed.</summary>
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
