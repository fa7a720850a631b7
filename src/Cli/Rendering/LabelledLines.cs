namespace ForkTrace.Cli.Rendering;

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
