using System.Globalization;
using ForkTrace.Cli.Streams;
using Spectre.Console;

namespace ForkTrace.Cli.Rendering;

/// <summary>A table for a person: coloured and fitted to the window on a terminal, plain and unwrapped elsewhere. Cells are made safe.</summary>
internal sealed class TextTable
{
    // Where nobody's window limits it, no cell is wrapped.
    private const int UnlimitedColumns = 10_000;
    private readonly Table _table = new() { Border = TableBorder.Simple };

    /// <summary>Adds a column; numbers stand to the right.</summary>
    public void AddColumn(string title, bool isNumber = false)
    {
        TableColumn column = new(new Text(EscapedText.Of(title), new Style(decoration: Decoration.Bold))) { NoWrap = isNumber };
        _table.AddColumn(isNumber ? column.RightAligned() : column);
    }

    public void AddRow(IEnumerable<string> cells) => _table.AddRow(cells.Select(cell => new Text(EscapedText.Of(cell))));

    public void Write(Terminal terminal)
    {
        bool isTerminal = Terminal.OutIsTerminal;
        using StringWriter plain = new(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(isTerminal ? terminal.Out : plain),
        });
        console.Profile.Width = isTerminal ? Math.Max(40, Console.WindowWidth) : UnlimitedColumns;
        console.Write(_table);
        foreach (string line in plain.ToString().Split('\n'))
        {
            if (!string.IsNullOrWhiteSpace(line))
                terminal.Out.WriteLine(line.TrimEnd());
        }
    }
}
