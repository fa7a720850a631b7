using ForkTrace.Events;

namespace ForkTrace.Cli.Tests;

/// <summary>A separate folder for a test, which is removed after the test.</summary>
public sealed class WorkFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("forktrace-cli").FullName;

    /// <summary>Names of the files in it, sorted.</summary>
    public IEnumerable<string> Names =>
        Directory.GetFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)!).Order(StringComparer.Ordinal);

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file into the folder.</summary>
    public string Put(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(Of(name), content);
        return Of(name);
    }

    /// <summary>Writes an event file into the folder.</summary>
    public string Put(string name, EventTable events)
    {
        EventFile.Write(events, Of(name));
        return Of(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
