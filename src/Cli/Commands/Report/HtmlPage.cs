using ForkTrace.Analytics.Html;

namespace ForkTrace.Cli.Commands;

/// <summary>An HTML page that is to be written: whole, or not at all.</summary>
internal sealed class HtmlPage(OutputFile file)
{
    public string Path => file.Path;

    public long SizeBytes { get; private set; }

    /// <summary>A page among a run's outputs.</summary>
    public static HtmlPage At(OutputSet outputs, string path) => new(outputs.Add(path, OutputForm.Page));

    /// <summary>Writes the page of a database; that of a folder shows its recordings together, unless some of them are chosen.</summary>
    public void Write(string database, HtmlReportChoice? choice = null)
    {
        using ResultsDatabase results = ResultsFile.Open(database);
        file.Write(stream =>
        {
            if (results.IsFolder && choice is null)
                FleetPage.Write(results, stream);
            else
                HtmlReport.Write(results, stream, choice);
            SizeBytes = stream.Position;
        });
    }
}
