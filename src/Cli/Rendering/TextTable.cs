using Spectre.Console;

namespace ForkTrace.Cli.Rendering;

/// <summary>A table for a person: coloured on a terminal, plain elsewhere. A cell is never wrapped. Cells are made safe.</summary>
internal sealed class TextTable
{
    // A row that a narrow window breaks reads better than cells squeezed to a few letters.
    private const int UnlimitedColumns = 1_000_000;
    private readonly Table _table = new() { Border = TableBorder.Simple };

    /// <summary>Adds a column; numbers stand to the right.</summary>
    public void AddColumn(string title, bool isNumber = false)
    {
        Text head = new(EscapedText.Of(title), new Style(decoration: Decoration.Bold));
        TableColumn column = new(head) { NoWrap = true, Padding = new Padding(0, 0, 1, 0) };
        _table.AddColumn(isNumber ? column.RightAligned() : column);
    }

    public void AddRow(IEnumerable<string> cells, RowStyle style = RowStyle.Plain)
    {
        Style look = style switch
        {
            RowStyle.Good => new Style(Color.Green),
            RowStyle.Doubtful => new Style(Color.Yellow),
            _ => Style.Plain,
        };
        _table.AddRow(cells.Select(cell => new Text(EscapedText.Of(cell), look)));
    }

    public void Write(Terminal terminal)
    {
        bool isTerminal = Terminal.OutIsTerminal;
        using StringWriter text = new(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = UnlimitedColumns;
        console.Write(_table);
        foreach (string line in text.ToString().Split('\n'))
        {
            if (!string.IsNullOrWhiteSpace(line))
                terminal.Out.WriteLine(line.TrimEnd());
        }
    }
}

/// <summary>How a row of a table stands out on a terminal.</summary>
internal enum RowStyle
{
    /// <summary>Not at all.</summary>
    Plain,

    /// <summary>What is looked for.</summary>
    Good,

    /// <summary>Not to be rested on.</summary>
    Doubtful,
}

/// <summary>Lines of a label and a value; a label is written once for the lines that belong to it. Values are made safe to show.</summary>
internal sealed class LabelledLines(TextWriter text)
{
    private const int LabelWidth = 12;
    private string _label = "";

    /// <summary>Writes a line.</summary>
    public void Add(string label, string value)
    {
        string shown = label == _label ? "" : label;
        _label = label;
        text.WriteLine($"{shown.PadRight(LabelWidth)}{EscapedText.Of(value)}");
    }
}
