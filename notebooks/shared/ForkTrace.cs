using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

/// <summary>Starts the <c>forktrace</c> tool, which must be on the PATH.</summary>
public static class ForkTrace
{
    /// <summary>The folder in which the tool runs and writes: a new one in the temporary folder.</summary>
    public static string Folder { get; } = Directory.CreateTempSubdirectory("forktrace-").FullName;

    /// <summary>Runs the tool and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with an exit code other than 0.</exception>
    public static string Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("forktrace", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"forktrace {arguments[0]} ended with exit code {process.ExitCode}: {error.Result}");
    }
}
