using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>A text in a temporary file, which is removed after the test.</summary>
internal sealed class TextFile : IDisposable
{
    public TextFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"forktrace-{Guid.NewGuid():N}.txt");

    /// <summary>Reads lines as a trace; the format is recognised. The encoding is Latin-1, so one character is one byte.</summary>
    public static EventTable Read(params string[] lines) => ReadText(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Reads a whole text with its own newlines.</summary>
    public static EventTable ReadText(string text, bool keepAll = false) => Read(Encoding.Latin1.GetBytes(text), keepAll);

    public static EventTable Read(byte[] text, bool keepAll = false)
    {
        using TextFile file = new(text);
        return TraceReader.Read(file.Path, new IngestOptions { KeepAll = keepAll });
    }

    /// <summary>The content of a shipped text.</summary>
    public static byte[] Sample(string name)
    {
        using Stream packed = File.OpenRead(TestKit.RepositoryFiles.SampleTrace(name));
        return TestKit.ZstdFrames.Unpack(packed);
    }

    public void Dispose() => File.Delete(Path);
}
