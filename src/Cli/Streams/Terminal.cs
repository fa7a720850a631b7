namespace ForkTrace.Cli.Streams;

/// <summary>Where a command writes: its data goes to <see cref="Out"/>, everything else to standard error.</summary>
internal sealed class Terminal : IDisposable
{
    /// <summary>More columns than any line has.</summary>
    public const int Unlimited = 1_000_000;

    private const int LeastWidth = 40;
    private const int BufferBytes = 1 << 16;
    private readonly Stream _stream = new BufferedStream(StandardOutputStream.Open(), BufferBytes);

    public Terminal() => Out = new StreamWriter(_stream, new UTF8Encoding(false), BufferBytes, leaveOpen: true) { NewLine = "\n" };

    /// <summary>Data as text.</summary>
    public TextWriter Out { get; }

    /// <summary>Data as bytes; do not mix with unflushed <see cref="Out"/>.</summary>
    public Stream OutBytes => _stream;

    /// <summary>How the output looks. Set once, before a command runs.</summary>
    public Look Look { get; set; } = new();

    /// <summary>True if a person reads the data on a terminal.</summary>
    public static bool OutIsTerminal => !Console.IsOutputRedirected;

    /// <summary>True if a person reads standard error, so that progress is shown.</summary>
    public static bool ErrorIsTerminal => !Console.IsErrorRedirected;

    /// <summary>Whether the data has colours: as the user chose, else on a terminal unless NO_COLOR is set (no-color.org).</summary>
    public bool HasColor => Look.Color switch
    {
        "always" => true,
        "never" => false,
        _ => OutIsTerminal
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb",
    };

    /// <summary>
    /// Columns that a line may have: from COLUMNS, else from the terminal. <see cref="Unlimited"/> in a pipe or a file, and with
    /// <c>--wide</c>.
    /// </summary>
    public int Width
    {
        get
        {
            if (Look.IsWide)
                return Unlimited;
            string? given = Environment.GetEnvironmentVariable("COLUMNS");
            if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns >= LeastWidth)
                return columns;
            return OutIsTerminal ? Math.Max(LeastWidth, TerminalSize.Columns()) : Unlimited;
        }
    }

    /// <summary>Writes one line to standard error, made safe to show.</summary>
    public static void Note(string text)
    {
        ProgressLine.Clear();
        Console.Error.WriteLine(EscapedText.Of(text));
    }

    /// <summary>Writes one line of text, wrapped between words if the terminal is narrow. Made safe to show.</summary>
    public void WriteWrapped(string text, int indent = 0)
    {
        foreach (string line in WrappedText.Lines(EscapedText.Of(text), Width, indent))
            Out.WriteLine(line);
    }

    /// <summary>Passes everything written so far to the operating system.</summary>
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
/// The size of the terminal, from the kernel. The runtime's own property first writes sequences to the terminal that set its keypad.
/// </summary>
internal static partial class TerminalSize
{
    private const int Usual = 80;
    private const int Descriptor = 1;

    // TIOCGWINSZ of asm-generic/ioctls.h.
    private const nuint GetWindowSize = 0x5413;

    /// <summary>Columns of the terminal on standard output; 80 if it is unknown.</summary>
    public static int Columns()
    {
        WindowSize size = default;
        return OperatingSystem.IsLinux() && Control(Descriptor, GetWindowSize, ref size) == 0 && size.Columns > 0 ? size.Columns : Usual;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, ref WindowSize size);

    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort WidthPixels;
        public ushort HeightPixels;
    }
}

/// <summary>How the user wants the output to look.</summary>
internal sealed record Look
{
    /// <summary><c>auto</c>, <c>always</c> or <c>never</c>.</summary>
    public string Color { get; init; } = "auto";

    /// <summary>Show all columns, rows and lines, even if they are long.</summary>
    public bool IsWide { get; init; }
}

/// <summary>
/// Writes text to a terminal and escapes all characters that could control it, except line ends and tabs. For formats that keep values
/// exact (CSV, JSON) when a person looks at them.
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
