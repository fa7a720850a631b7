using ForkTrace.Analytics;
using ForkTrace.Analytics.Html;

namespace ForkTrace.Cli;

/// <summary>An HTML page that is to be written: whole, or not at all.</summary>
internal sealed class HtmlPage
{
    private HtmlPage(string path) => Path = path;

    public string Path { get; }

    public long SizeBytes { get; private set; }

    /// <summary>Checked before the work begins: a path where nothing but an older page would be lost.</summary>
    public static HtmlPage At(string path)
    {
        OutputFile.RefuseUnwritable(path);
        if (File.Exists(path) && !IsReplaceable(path))
            throw new UsageException($"cannot write {path}: what is there is no HTML page, and would be lost");
        return new HtmlPage(path);
    }

    /// <summary>Writes the page of a database.</summary>
    public void Write(string database, HtmlReportChoice? choice = null)
    {
        using ResultsDatabase results = ResultsFile.Open(database);
        string draft = $"{Path}.{Guid.NewGuid():N}.new";
        try
        {
            using (FileStream file = File.Create(draft))
            {
                HtmlReport.Write(results, file, choice);
                SizeBytes = file.Length;
            }

            File.Move(draft, Path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static bool IsReplaceable(string path)
    {
        Span<byte> prefix = stackalloc byte[9];
        using FileStream there = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        int length = there.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        return length == 0 || prefix[..length].SequenceEqual("<!DOCTYPE"u8);
    }
}
