using System.Text;
using ForkTrace.Cli.Rendering;

namespace ForkTrace.Cli.Streams;

/// <summary>Where a command writes: data to <see cref="Out"/>, everything else to standard error.</summary>
internal sealed class Terminal : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private readonly Stream _stream = new BufferedStream(StandardOutputStream.Open(), BufferBytes);

    public Terminal() => Out = new StreamWriter(_stream, new UTF8Encoding(false), BufferBytes, leaveOpen: true) { NewLine = "\n" };

    /// <summary>Data as text.</summary>
    public TextWriter Out { get; }

    /// <summary>Data as bytes; do not mix with unflushed <see cref="Out"/>.</summary>
    public Stream OutBytes => _stream;

    /// <summary>True if a person reads the data: then it may have colours.</summary>
    public static bool OutIsTerminal => !Console.IsOutputRedirected;

    /// <summary>True if a person reads standard error: then progress is shown.</summary>
    public static bool ErrorIsTerminal => !Console.IsErrorRedirected;

    /// <summary>Says something that is not data, in one line.</summary>
    public static void Note(string text) => Console.Error.WriteLine(EscapedText.Of(text));

    /// <summary>Hands everything written so far to the operating system.</summary>
    public void Flush()
    {
        Out.Flush();
        _stream.Flush();
    }

    public void Dispose()
    {
        Flush();
        Out.Dispose();
        _stream.Dispose();
    }
}
