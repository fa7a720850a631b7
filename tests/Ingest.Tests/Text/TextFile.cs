using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>A text in a temporary file, for as long as a test needs it.</summary>
internal sealed class TextFile : IDisposable
{
    public TextFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"forktrace-{Guid.NewGuid():N}.txt");

    /// <summary>Reads lines as a trace of whatever format they are; Latin-1, so that a character is a byte.</summary>
    public static EventTable Read(params string[] lines) => ReadText(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Reads a whole text, newlines as they are.</summary>
    public static EventTable ReadText(string text, bool keepAll = false) => Read(Encoding.Latin1.GetBytes(text), keepAll);

    public static EventTable Read(byte[] text, bool keepAll = false)
    {
        using TextFile file = new(text);
        return TraceReader.Read(file.Path, new IngestOptions { KeepAll = keepAll });
    }

    /// <summary>The text of a shipped recording's printout.</summary>
    public static byte[] Sample(string name)
    {
        using Stream packed = File.OpenRead(TestKit.RepositoryFiles.SampleTrace(name));
        return TestKit.ZstdFrames.Unpack(packed);
    }

    public void Dispose() => File.Delete(Path);
}
