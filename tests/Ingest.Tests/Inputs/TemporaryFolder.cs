namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>A folder for one test, which is removed after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forktrace-ingest-");

    public string Path => _folder.FullName;

    public string Of(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public string Put(string name, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Of(name))!);
        File.WriteAllBytes(Of(name), bytes);
        return Of(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
