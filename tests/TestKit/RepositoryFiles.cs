using System.Runtime.CompilerServices;

namespace ForkTrace.TestKit;

/// <summary>Finds files of the repository (sample traces, golden files), wherever the test runs.</summary>
public static class RepositoryFiles
{
    /// <summary>The root of the checkout: the folder with ForkTrace.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a shipped recording, e.g. <c>native-6.18/pthread.perf.data.zst</c>.</summary>
    public static string SampleTrace(string name) => Path.Combine(Root, "sample-traces", name);

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        for (DirectoryInfo? folder = new(Path.GetDirectoryName(thisFile)!); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ForkTrace.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {thisFile} holds ForkTrace.sln.");
    }
}
