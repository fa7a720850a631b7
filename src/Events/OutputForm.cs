namespace ForkTrace.Events;

/// <summary>A kind of file that ForkTrace writes, recognised by its content.</summary>
/// <param name="Name">Its name in messages, with an article.</param>
/// <param name="Beginnings">A file of the form begins with one of these. If there are none, no file is recognised as this form.</param>
public sealed record OutputForm(string Name, params ImmutableArray<byte[]> Beginnings)
{
    /// <summary>Key in the metadata of a Parquet file that contains a query's rows.</summary>
    public const string RowsKey = "forktrace.rows";

    private const int MarkedBytes = 1 << 20;

    public static OutputForm Events { get; } = new("an event file", "ARROW1"u8.ToArray()) { Mark = EventFile.FactsKey };

    public static OutputForm EventStream { get; } = new("an Arrow stream of events", [0xFF, 0xFF, 0xFF, 0xFF]) { Mark = EventFile.FactsKey };

    public static OutputForm EventCsv { get; } = new("a CSV file of events", Encoding.UTF8.GetBytes(ForkTrace.Events.EventCsv.Head));

    public static OutputForm EventParquet { get; } = new("a Parquet file of events", "PAR1"u8.ToArray()) { Mark = EventFile.FactsKey };

    public static OutputForm Database { get; } = new("a DuckDB database", "DUCK"u8.ToArray()) { Offset = 8 };

    public static OutputForm Page { get; } =
        new("a page that ForkTrace wrote", "<!DOCTYPE html>\n"u8.ToArray()) { Mark = "<title>ForkTrace report</title>" };

    public static OutputForm CostModel { get; } =
        new("a cost model that calibrate wrote", "{\n  \"name\": "u8.ToArray()) { Mark = "\"provenance\": {" };

    public static OutputForm Baseline { get; } = new("a baseline that ci wrote", "{\"forktrace_baseline\":"u8.ToArray());

    public static OutputForm Comparison { get; } =
        new("a comparison that ci wrote", "{\n  \"base\": "u8.ToArray()) { Mark = "\"shared_cells\": " };

    public static OutputForm Summary { get; } =
        new("a summary that ci wrote", "## ForkTrace: "u8.ToArray(), "## ✅ ForkTrace: "u8.ToArray(), "## ❌ ForkTrace: "u8.ToArray(),
            "## ⚠️ ForkTrace: "u8.ToArray());

    public static OutputForm Junit { get; } = new(
        "a JUnit report that ForkTrace wrote", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites name=\"forktrace\""u8.ToArray());

    public static OutputForm RowsParquet { get; } = new("a Parquet file that query wrote", "PAR1"u8.ToArray()) { Mark = RowsKey };

    /// <summary>A recording. Other programs write it, so ForkTrace cannot tell whether it may be replaced.</summary>
    public static OutputForm Recording { get; } = new("a recording");

    /// <summary>Bytes of the file before its beginning.</summary>
    public int Offset { get; init; }

    /// <summary>A text that each file of the form also contains, in its first or last MiB; empty if the beginning is enough.</summary>
    public string Mark { get; init; } = "";

    /// <summary>True if a regular file has this form. An empty file has no form.</summary>
    public bool IsFormOf(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!file.CanSeek || file.Length == 0)
            return false;
        byte[] head = Read(file, 0);
        return Beginnings.Any(beginning => head.AsSpan(Math.Min(Offset, head.Length)).StartsWith(beginning))
            && (Mark.Length == 0 || Holds(head) || Holds(Read(file, Math.Max(0, file.Length - MarkedBytes))));
    }

    private bool Holds(byte[] bytes) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Mark)) >= 0;

    // A form without a mark is recognised by its beginning alone.
    private byte[] Read(FileStream file, long position)
    {
        int lengthBytes = Mark.Length > 0 ? MarkedBytes : Offset + Beginnings.Select(beginning => beginning.Length).DefaultIfEmpty().Max();
        byte[] bytes = new byte[lengthBytes];
        file.Position = position;
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
