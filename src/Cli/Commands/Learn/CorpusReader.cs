using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Judging;

namespace ForkTrace.Cli.Commands;

/// <summary>Reads the recordings of a command that learns.</summary>
internal static class CorpusReader
{
    /// <summary>The recordings, in the order given.</summary>
    /// <param name="trace">The files.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="splits">Path of a table of splits; null for none.</param>
    /// <param name="prepare">What is made of each, which no longer needs its events.</param>
    public static ImmutableArray<T> Read<T>(TraceOptions trace, ParseResult parsed, string? splits, Func<EventTable, RecordingSplit, T> prepare)
    {
        string[] paths = trace.Paths(parsed);
        ImmutableArray<RecordingSplit> rows = splits is null ? [] : RecordingSplit.ReadTable(splits);
        RecordingSplit[] places = [.. paths.Select((path, index) => splits is null ? RecordingSplit.Alone(path, index) : RecordingSplit.Find(rows, path))];
        if (places.GroupBy(place => place.Recording, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"the recording '{twice.Key}' is given twice");
        return [.. paths.Select((path, index) => Read(trace, parsed, path, events => prepare(events, places[index])))];
    }

    private static T Read<T>(TraceOptions trace, ParseResult parsed, string path, Func<EventTable, T> prepare)
    {
        using EventTable events = trace.ReadPath(parsed, path);
        return prepare(events);
    }
}

/// <summary>Tab-separated tables of results.</summary>
internal static class ResultTable
{
    /// <summary>A table that will be written into a folder, which is made then.</summary>
    public static OutputFile In(OutputSet outputs, string folder, string name, string[] columns)
    {
        outputs.AddFolder(folder);
        return outputs.Add(Path.Combine(folder, name), new OutputForm("a table that learn wrote", Encoding.UTF8.GetBytes(string.Join('\t', columns) + "\n")));
    }

    public static void Write(OutputFile file, string[] columns, IEnumerable<string[]> rows)
    {
        string[] lines = [.. rows.Prepend(columns).Select(row => string.Join('\t', row))];
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path) ?? "/");
        file.Write(stream =>
        {
            foreach (string line in lines)
                stream.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        });
    }

    /// <summary>A number, or - where there is none.</summary>
    public static string Number(double value, int digits) =>
        double.IsFinite(value) ? value.ToString($"F{digits}", CultureInfo.InvariantCulture) : "-";

    /// <summary>A figure and the ends of its interval.</summary>
    public static string[] Numbers(Interval figure, double factor, int digits) =>
        [Number(factor * figure.Value, digits), Number(factor * figure.Low, digits), Number(factor * figure.High, digits)];
}
