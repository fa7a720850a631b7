using ForkTrace.Analytics.Html;

namespace ForkTrace.Cli.Commands;

/// <summary>An HTML page that is to be written: whole, or not at all.</summary>
internal sealed class HtmlPage(OutputFile file)
{
    public string Path => file.Path;

    public long SizeBytes { get; private set; }

    /// <summary>A page among a run's outputs.</summary>
    public static HtmlPage At(OutputSet outputs, string path) => new(outputs.Add(path, OutputForm.Page));

    /// <summary>Writes the page of a database.</summary>
    public void Write(string database, HtmlReportChoice? choice = null)
    {
        using ResultsDatabase results = ResultsFile.Open(database);
        file.Write(stream =>
        {
            HtmlReport.Write(results, stream, choice);
            SizeBytes = stream.Position;
        });
    }
}
