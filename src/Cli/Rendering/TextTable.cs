using Spectre.Console;
using Spectre.Console.Rendering;

namespace ForkTrace.Cli.Rendering;

/// <summary>
/// A table for a person: coloured on a terminal, plain elsewhere. It fits the terminal: long texts are shortened in the middle, and less
/// important columns are left out. A line below names them. Cells are made safe to show.
/// </summary>
internal sealed class TextTable
{
    private const int Gap = 1;
    private const int LeastText = 16;
    private const int NamedMax = 12;
    private readonly List<(string Title, bool IsNumber, int Rank)> _columns = [];
    private readonly List<(string[] Cells, RowStyle Style)> _rows = [];

    /// <summary>Adds a column. Numbers are aligned to the right.</summary>
    /// <param name="title">Its name.</param>
    /// <param name="isNumber">Whether it holds numbers.</param>
    /// <param name="rank">If not all columns fit, those of lower rank stay. Without ranks, those to the left stay.</param>
    public void AddColumn(string title, bool isNumber = false, int? rank = null) =>
        _columns.Add((EscapedText.Of(title), isNumber, rank ?? _columns.Count));

    public void AddRow(IEnumerable<string> cells, RowStyle style = RowStyle.Plain) =>
        _rows.Add(([.. cells.Select(EscapedText.Of)], style));

    /// <summary>Writes the table, and a line that names the columns left out.</summary>
    public void Write(Terminal terminal)
    {
        int[] widths = Fit(terminal.Width);
        foreach (string line in Render(terminal, widths).Split('\n'))
        {
            if (!string.IsNullOrWhiteSpace(line))
                terminal.Out.WriteLine(line.TrimEnd());
        }

        string[] hidden = [.. _columns.Where((_, index) => widths[index] == 0).Select(column => column.Title).Where(title => title.Length > 0)];
        if (hidden.Length > NamedMax)
            terminal.WriteWrapped($" {_columns.Count} columns, of which {_columns.Count - hidden.Length} are shown (--wide shows all)", indent: 1);
        else if (hidden.Length > 0)
            terminal.WriteWrapped($" --wide adds {string.Join(", ", hidden)}.", indent: 1);
    }

    /// <summary>The number of terminal columns that a text takes.</summary>
    public static int WidthOf(string text) => new Segment(text).CellCount();

    // The width of each column; 0 if it is left out. The first column by rank is always shown.
    private int[] Fit(int room)
    {
        int[] natural = [.. _columns.Select((column, index) =>
            Math.Max(WidthOf(column.Title), _rows.Select(row => WidthOf(row.Cells[index])).DefaultIfEmpty(0).Max()))];
        if (Total(natural) <= room)
            return natural;
        int[] widths = new int[natural.Length];
        foreach (int index in Enumerable.Range(0, natural.Length).OrderBy(index => _columns[index].Rank))
        {
            widths[index] = _columns[index].IsNumber ? natural[index] : Math.Min(natural[index], Math.Max(LeastText, room / 5));
            if (Total(widths) > room && widths.Count(width => width > 0) > 1)
                widths[index] = 0;
        }

        // The space left over goes to texts that were shortened.
        for (int index = 0; index < widths.Length; index++)
        {
            if (widths[index] > 0)
                widths[index] += Math.Clamp(room - Total(widths), 0, natural[index] - widths[index]);
        }

        return widths;
    }

    // A blank before the first column, two between columns, and the rule under the head, which is a little longer.
    private static int Total(int[] widths) => widths.Where(width => width > 0).Sum(width => width + 1 + Gap) + 1;

    private string Render(Terminal terminal, int[] widths)
    {
        Table table = new() { Border = TableBorder.Simple };
        int[] shown = [.. Enumerable.Range(0, widths.Length).Where(index => widths[index] > 0)];
        foreach (int index in shown)
        {
            Text head = new(_columns[index].Title, new Style(decoration: Decoration.Bold));
            TableColumn column = new(head) { NoWrap = true, Padding = new Padding(0, 0, Gap, 0) };
            table.AddColumn(_columns[index].IsNumber ? column.RightAligned() : column);
        }

        foreach ((string[] cells, RowStyle style) in _rows)
        {
            Style look = style switch
            {
                RowStyle.Good => new Style(Color.Green),
                RowStyle.Doubtful => new Style(Color.Yellow),
                _ => Style.Plain,
            };
            table.AddRow(shown.Select(index => new Text(Shortened(cells[index], widths[index]), look)));
        }

        using StringWriter text = new(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.HasColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.HasColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new WideOutput(text),
        });
        console.Write(table);
        return text.ToString();
    }

    // The library's own console would ask the runtime for the size of the terminal, and the runtime then changes the terminal's keypad mode.
    private sealed class WideOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = writer;

        public bool IsTerminal => false;

        public int Width => Terminal.Unlimited;

        public int Height => Terminal.Unlimited;

        public void SetEncoding(Encoding encoding)
        {
        }
    }

    private static string Shortened(string text, int width)
    {
        string shown = text;
        for (int length = width; WidthOf(shown) > width && length > 1; length--)
            shown = WrappedText.Shorten(text, length);
        return shown;
    }
}

/// <summary>How a row of a table stands out on a terminal.</summary>
internal enum RowStyle
{
    /// <summary>A row without emphasis.</summary>
    Plain,

    /// <summary>A row that the user looks for.</summary>
    Good,

    /// <summary>A row that should not be relied on.</summary>
    Doubtful,
}

/// <summary>
/// Lines with a label and a value each. Consecutive lines with the same label show it once. Values are made safe to show, and wrapped if the
/// terminal is narrow.
/// </summary>
internal sealed class LabelledLines(Terminal terminal)
{
    private const int LabelWidth = 12;
    private string _label = "";

    /// <summary>Writes a line.</summary>
    public void Add(string label, string value) => terminal.WriteWrapped($"{Head(label)}{value}", LabelWidth);

    /// <summary>Writes a shell command. If it takes several lines, they can still be copied as one command.</summary>
    public void AddCommand(string label, string command)
    {
        string head = Head(label);
        foreach (string line in WrappedText.CommandLines(EscapedText.Of(command), terminal.Width - LabelWidth, indent: 2))
        {
            terminal.Out.WriteLine(head + line);
            head = new string(' ', LabelWidth);
        }
    }

    private string Head(string label)
    {
        string shown = label == _label ? "" : label;
        _label = label;
        return shown.PadRight(LabelWidth);
    }
}
