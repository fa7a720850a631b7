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

/// <summary>
/// Passes text on to a terminal with all that could steer it spelt out, line ends and tabs excepted: for formats that hold values
/// exactly (CSV, JSON) where a person looks at them.
/// </summary>
internal sealed class HarmlessWriter(TextWriter terminal) : TextWriter
{
    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        string[] lines = (value ?? "").Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            if (index > 0)
                terminal.Write('\n');
            terminal.Write(string.Join('\t', lines[index].Split('\t').Select(EscapedText.Of)));
        }
    }

    public override void Flush() => terminal.Flush();
}
