using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading.Tasks;

/// <summary>
/// The <c>forktrace</c> tool as notebooks and file-based apps call it: a process in a folder of its own, so that names of files are short
/// and outputs are the same wherever the repository lies.
/// </summary>
public static class ForkTraceTool
{
    /// <summary>Names another build of the tool than <c>dotnet build -c Release src/Cli</c> makes: forktrace.dll, or a program.</summary>
    private const string ToolVariable = "FORKTRACE_TOOL";

    private static readonly string s_root = FindRoot();

    /// <summary>Where the tool runs: made for this process, gone when it ends.</summary>
    public static string Folder { get; } = MakeFolder();

    /// <summary>Full path of a shipped recording, as <c>native-6.18/make.perf.data.zst</c>.</summary>
    public static string Recording(string name) => Path.Combine(s_root, "sample-traces", name);

    /// <summary>Full path of a file in <see cref="Folder"/>.</summary>
    public static string InFolder(string name) => Path.Combine(Folder, name);

    /// <summary>Runs the tool and gives back what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with an exit code that is not 0: what it said on standard error.</exception>
    public static string Run(params string[] arguments)
    {
        string tool = FindTool();
        bool isAssembly = tool.EndsWith(".dll", StringComparison.Ordinal);
        List<string> all = [.. isAssembly ? new[] { tool } : [], .. arguments];
        ProcessStartInfo start = new(isAssembly ? "dotnet" : tool, all)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"forktrace {arguments[0]} ended with exit code {process.ExitCode}: {error.Result}");
    }

    private static string FindTool()
    {
        string built = Path.Combine(s_root, "src", "Cli", "bin", "Release", "net10.0", "forktrace.dll");
        string tool = Environment.GetEnvironmentVariable(ToolVariable) is { Length: > 0 } other ? other : built;
        return File.Exists(tool)
            ? tool
            : throw new FileNotFoundException($"There is no {tool}: dotnet build -c Release src/Cli, or {ToolVariable}=...");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ForkTrace.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"{Environment.CurrentDirectory} is not inside a checkout of ForkTrace.");
    }

    private static string MakeFolder()
    {
        string folder = Directory.CreateTempSubdirectory("forktrace-notebook-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
