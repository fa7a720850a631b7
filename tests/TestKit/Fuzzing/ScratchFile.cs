namespace ForkTrace.TestKit.Fuzzing;

/// <summary>Bytes in a file, in memory where the system has a place for that, for as long as a reader needs a path.</summary>
public sealed class ScratchFile : IDisposable
{
    private const string MemoryFolder = "/dev/shm";

    public ScratchFile(ReadOnlySpan<byte> content) => File.WriteAllBytes(Path, content);

    /// <summary>Where files and folders of a run go.</summary>
    public static string Folder { get; } = Directory.Exists(MemoryFolder) ? MemoryFolder : System.IO.Path.GetTempPath();

    public string Path { get; } = NewPath();

    /// <summary>A path that nothing has.</summary>
    public static string NewPath() => System.IO.Path.Combine(Folder, "forktrace-fuzz-" + System.IO.Path.GetRandomFileName());

    public void Dispose() => File.Delete(Path);
}
