namespace ForkTrace.Arrow.Tests.Model;

/// <summary>A file of the test's own, deleted with this object.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forktrace-arrow-");

    public TemporaryFile()
    {
    }

    public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path => System.IO.Path.Combine(_folder.FullName, "test.arrow");

    public void Dispose() => _folder.Delete(recursive: true);
}
