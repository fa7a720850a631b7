using ForkTrace.Analytics.Html;

namespace ForkTrace.Cli.Commands;

/// <summary>An HTML page to write, completely or not at all.</summary>
internal sealed class HtmlPage(OutputFile file)
{
    public string Path => file.Path;

    public long SizeBytes { get; private set; }

    /// <summary>Adds the page to the outputs of a run.</summary>
    public static HtmlPage At(OutputSet outputs, string path) => new(outputs.Add(path, OutputForm.Page));

    /// <summary>Writes the page of a database. The page of a folder shows all its recordings together, unless the user chose some of them.</summary>
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
