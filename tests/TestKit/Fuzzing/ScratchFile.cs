namespace ForkTrace.TestKit.Fuzzing;

/// <summary>A temporary file, for readers that need a path. It is in memory if the system has a place for that.</summary>
public sealed class ScratchFile : IDisposable
{
    private const string MemoryFolder = "/dev/shm";

    public ScratchFile(ReadOnlySpan<byte> content) => File.WriteAllBytes(Path, content);

    /// <summary>The folder for files and folders of a run. tests/Fuzz/run names one and removes it, because afl-fuzz kills processes.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("FORKTRACE_FUZZ_SCRATCH")
        ?? (Directory.Exists(MemoryFolder) ? MemoryFolder : System.IO.Path.GetTempPath());

    public string Path { get; } = NewPath();

    /// <summary>An unused path.</summary>
    public static string NewPath() => System.IO.Path.Combine(Folder, "forktrace-fuzz-" + System.IO.Path.GetRandomFileName());

    public void Dispose() => File.Delete(Path);
}
