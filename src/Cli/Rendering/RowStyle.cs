namespace ForkTrace.Cli.Rendering;

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
