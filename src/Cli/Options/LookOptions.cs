namespace ForkTrace.Cli.Options;

/// <summary>The options of every command for how its output looks.</summary>
internal sealed class LookOptions
{
    private readonly Option<string> _color = SharedOptions.Choice(
        "--color", "Colours on a terminal, unless NO_COLOR is set; always or never", "auto", "always", "never");

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Show no progress on standard error." };
    private readonly Option<bool> _wide = new("--wide") { Description = "Show all columns, rows and details, however long." };

    public LookOptions(Command root)
    {
        foreach (Option option in new Option[] { _color, _quiet, _wide })
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    /// <summary>Applies the options that the user gave.</summary>
    public void Apply(ParseResult parsed, Terminal terminal)
    {
        terminal.Look = new Look { Color = parsed.GetValue(_color) ?? "auto", IsWide = parsed.GetValue(_wide) };
        ProgressLine.IsQuiet = parsed.GetValue(_quiet);
    }
}
