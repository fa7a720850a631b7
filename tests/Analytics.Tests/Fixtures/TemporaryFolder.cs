namespace ForkTrace.Analytics.Tests.Fixtures;

/// <summary>A folder for one test, which is removed after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forktrace-analytics-");

    public string Database => File("results.duckdb");

    public string[] FileNames => [.. _folder.GetFileSystemInfos().Select(file => file.Name).Order(StringComparer.Ordinal)];

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
