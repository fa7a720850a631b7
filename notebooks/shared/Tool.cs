using System;
using System.Data;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using ForkTrace.Analytics;
using ForkTrace.Analytics.Storage;

/// <summary>Starts the <c>forktrace</c> tool, which must be on the PATH, and queries the databases that it writes.</summary>
public static class Tool
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

    /// <summary>Runs SQL on a database in <see cref="Folder"/>. The SQL can read the files of this folder and no others.</summary>
    public static DataTable Query(string database, string sql)
    {
        using ResultsDatabase results = ResultsDatabase.OpenReadOnly($"{Folder}/{database}", new DatabaseAccess { Paths = [Folder] });
        return results.Query(sql).ToTable();
    }
}
