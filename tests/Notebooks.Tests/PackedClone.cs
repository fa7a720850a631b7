using System.Diagnostics;
using System.Reflection;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// The files in a clone after <c>eng/pack.sh</c>: the notebooks, the recordings, and the libraries as packages in the folder
/// <c>artifacts</c>. It is a copy in the temporary folder. The packages are made from the built assemblies, and NuGet unpacks them here,
/// not in the user's package folder.
/// </summary>
public sealed class PackedClone : IDisposable
{
    private const int TimeoutMs = 300_000;
    private const string Version = "0.1.0";
    private readonly string _root = Directory.CreateTempSubdirectory("forktrace-tests-").FullName;

    /// <summary>NuGet's folder for the user's packages. It contains the libraries' dependencies since the build.</summary>
    public static string UsersPackages { get; } = Metadata("NuGetPackageRoot");

    public PackedClone()
    {
        CopyNotebooks();
        Directory.CreateSymbolicLink(Path.Combine(_root, "sample-traces"), Path.Combine(TestKit.RepositoryFiles.Root, "sample-traces"));
        foreach (string library in new[] { "Events", "Lifecycle", "Replay", "Analytics" })
            Pack(library);
        string artifacts = Path.Combine(_root, "artifacts");
        File.WriteAllText(Path.Combine(artifacts, "source.csx"), $"#i \"nuget:{artifacts}\"\n");
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(_root, "packages"));
        Environment.SetEnvironmentVariable("NUGET_FALLBACK_PACKAGES", UsersPackages);
        Environment.CurrentDirectory = Path.Combine(_root, "notebooks");
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = TestKit.RepositoryFiles.Root;
        Directory.Delete(_root, recursive: true);
    }

    private void CopyNotebooks()
    {
        foreach (string path in Directory.GetFiles(NotebookFile.Folder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_root, "notebooks", Path.GetRelativePath(NotebookFile.Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    private void Pack(string library)
    {
        ProcessStartInfo start = new("dotnet",
        [
            "pack", Path.Combine(TestKit.RepositoryFiles.Root, "src", library), "--no-build", "-c", Metadata("Configuration"),
            "-o", Path.Combine(_root, "artifacts"), $"-p:MinVerVersionOverride={Version}", "-v", "q",
        ])
        {
            RedirectStandardOutput = true,
        };
        // No build server remains, and none of another build is used.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMs))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet pack of {library} has not ended after {TimeoutMs} ms.");
        }

        Assert.True(process.ExitCode == 0, output.Result);
    }

    private static string Metadata(string key) =>
        typeof(PackedClone).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}
