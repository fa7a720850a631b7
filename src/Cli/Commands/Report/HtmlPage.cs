using ForkTrace.Analytics.Html;

namespace ForkTrace.Cli.Commands;

/// <summary>An HTML page that is to be written: whole, or not at all.</summary>
internal sealed class HtmlPage
{
    private readonly OutputFile _file;

    private HtmlPage(OutputFile file) => _file = file;

    public string Path => _file.Path;

    public long SizeBytes { get; private set; }

    /// <summary>Checked before the work begins: a path where nothing but an older page would be lost.</summary>
    public static HtmlPage At(string path) => new(OutputFile.At(path, OutputForm.Page));

    /// <summary>Writes the page of a database.</summary>
    public void Write(string database, HtmlReportChoice? choice = null)
    {
        using ResultsDatabase results = ResultsFile.Open(database);
        _file.Write(stream =>
        {
            HtmlReport.Write(results, stream, choice);
            SizeBytes = stream.Position;
        });
    }
}
