using ForkTrace.Events;
using ForkTrace.Ingest.Columns;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Reads generated recordings with the complete reader, and gives rows in a form that is easy to compare.</summary>
internal static class Recordings
{
    /// <summary>Reads the bytes as a file.</summary>
    public static EventTable Read(byte[] bytes, bool keepAll = true)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return TraceReader.Read(path, new IngestOptions { KeepAll = keepAll });
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The rejection of the bytes; fails if they are accepted.</summary>
    public static IngestException Rejection(byte[] bytes) => Assert.Throws<IngestException>(() => Read(bytes).Dispose());

    /// <summary>The decoded rows, before tasks are identified, in order of time and CPU.</summary>
    public static List<Row> Rows(string path)
    {
        using TraceInput input = TraceOpener.Open(path);
        ITraceFormat format = FormatCatalog.ByName("perf.data");
        using DecodedTrace trace = format.Read(input, new IngestOptions { KeepAll = true });
        List<Row> rows = [];
        byte[] comm = new byte[16];
        foreach (RawEventStream stream in trace.Streams)
        {
            for (int chunk = 0; chunk < stream.ChunkCount; chunk++)
            {
                foreach (RawEvent row in stream.Chunk(chunk))
                {
                    int length = stream.Comms.CopyBytes(row.Comm, comm);
                    string name = System.Text.Encoding.UTF8.GetString(comm, 0, length);
                    rows.Add(new Row(row.TimeNs, stream.Cpu, row.Kind, row.Tid, row.OtherTid, name, row.Value));
                }
            }
        }

        return [.. rows.OrderBy(row => row.TimeNs).ThenBy(row => row.Cpu)];
    }

    /// <summary>Same as <see cref="Rows(string)"/>, for bytes.</summary>
    public static List<Row> Rows(byte[] bytes)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return Rows(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The issue with that code. If there is none, fails with a list of the codes.</summary>
    public static ImportIssue Issue(EventTable table, string code)
    {
        ImportIssue? issue = table.Facts.Issues.SingleOrDefault(one => one.Code == code);
        Assert.True(issue is not null, $"no issue {code} among: {string.Join("; ", table.Facts.Issues)}");
        return issue;
    }

    /// <summary>One decoded event.</summary>
    public sealed record Row(long TimeNs, int Cpu, EventKind Kind, int Tid, int OtherTid, string Comm, long Value);
}
