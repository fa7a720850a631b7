namespace ForkTrace.Cli.Options;

/// <summary>Options for a folder of Parquet files to add results to, in addition to a database or instead of one.</summary>
internal sealed class FolderOptions
{
    private readonly Option<string?> _host = new("--host")
    {
        Description = "The machine that was recorded, for --out. Without it: what RECORDING.kernel.json says.",
        HelpName = "NAME",
    };

    /// <summary>The folder.</summary>
    public Option<string?> Out { get; } = new("--out")
    {
        Description = "Folder to add the results to as Parquet (host=.../recording=.../*.parquet); made if it is not there (docs/fleet.md).",
        HelpName = "FOLDER",
    };

    /// <summary>Adds <c>--host</c>. <see cref="OutputOptions"/> adds <see cref="Out"/>.</summary>
    public void AddHost(Command command) => command.Add(_host);

    /// <summary>The folder and the machine.</summary>
    /// <exception cref="UsageException">A machine is given without a folder.</exception>
    /// <exception cref="OutputException">The folder cannot be made.</exception>
    public (string? Folder, string? Host) Read(ParseResult parsed, OutputSet outputs)
    {
        string? folder = parsed.GetValue(Out);
        string? host = parsed.GetValue(_host);
        if (folder is null && host is not null)
            throw new UsageException("--host needs --out FOLDER: it names the machine in the files of that folder");
        if (folder is not null)
            outputs.AddFolder(folder);
        return (folder, host);
    }
}
