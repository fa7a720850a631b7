using System.Globalization;
using System.IO.Pipes;
using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Streaming;

/// <summary>A recording that is taken batch by batch has the rows, names and facts of one that is read as a whole.</summary>
public class StreamTests
{
    public static TheoryData<string> Recordings => [.. Directory.EnumerateFiles(RepositoryFiles.SampleTrace(""), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(RepositoryFiles.SampleTrace(""), file)).Where(IsRecording).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Batches_of_any_size_are_the_whole(string name)
    {
        string path = RepositoryFiles.SampleTrace(name);
        using EventTable whole = TraceReader.Read(path);
        foreach (int batchRows in new[] { 997, 100_000, EventFile.BatchRows })
            RequireSame(whole, TraceReader.Stream(path, new IngestOptions { BatchRows = batchRows }), batchRows);
    }

    [Theory]
    [InlineData("formats/perf_pipe.data")]
    [InlineData("formats/perf_pipe_z.data")]
    [InlineData("formats/ftrace_pipe.txt.zst")]
    [InlineData("formats/perf_file.script_ns.txt.zst")]
    [InlineData("formats/v7_default.report.txt.zst")]
    [InlineData("formats/perf_file.data")]
    [InlineData("formats/v7_default.dat")]
    public void A_pipe_gives_what_the_file_gives(string name)
    {
        byte[] bytes = SampleRecordings.Bytes(name);

        // While a recording is made, perf's pipe form alone can be watched.
        foreach (bool isLive in name.Contains("perf_pipe", StringComparison.Ordinal) ? new[] { false, true } : [false])
        {
            using EventTable whole = FromPipe(bytes, path => TraceReader.Read(path));
            FromPipe(bytes, path =>
            {
                RequireSame(whole, TraceReader.Stream(path, new IngestOptions { IsLive = isLive }), EventFile.BatchRows);
                return true;
            });
        }
    }

    /// <summary>All that the stream gives, compared with the table; no batch is longer than asked for, or empty.</summary>
    private static void RequireSame(EventTable whole, EventStream stream, int batchRows)
    {
        using (stream)
        {
            int row = 0;
            while (stream.Next() is { } batch)
            {
                Assert.InRange(batch.Count, 1, batchRows);
                Assert.True(row + batch.Count <= whole.Count, "more rows than the whole");
                Assert.Equal(whole.TimesNs.Slice(row, batch.Count), batch.TimesNs);
                Assert.Equal(whole.Cpus.Slice(row, batch.Count), batch.Cpus);
                Assert.True(whole.Kinds.Slice(row, batch.Count).SequenceEqual(batch.Kinds));
                Assert.Equal(whole.Tasks.Slice(row, batch.Count), batch.Tasks);
                Assert.Equal(whole.Others.Slice(row, batch.Count), batch.Others);
                Assert.Equal(whole.Tids.Slice(row, batch.Count), batch.Tids);
                Assert.Equal(whole.Comms.Slice(row, batch.Count), batch.Comms);
                Assert.Equal(whole.Values.Slice(row, batch.Count), batch.Values);
                row += batch.Count;
                Assert.True(batch.Comms.IndexOfAnyExceptInRange(0, stream.CommNames.Count - 1) < 0, "a comm without a name");
            }

            Assert.Equal(whole.Count, row);
            Assert.Equal(whole.CommNames.Names, stream.CommNames.Names);

            // Each pipe has a name of its own.
            Assert.Equal(
                TraceFactsJson.Serialize(whole.Facts with { Trace = "" }), TraceFactsJson.Serialize(stream.Facts with { Trace = "" }));
        }
    }

    // Not those that are rejected, and no notes.
    private static bool IsRecording(string name) =>
        !name.EndsWith(".md", StringComparison.Ordinal) && !name.EndsWith(".json", StringComparison.Ordinal)
        && !name.Contains("function_graph", StringComparison.Ordinal) && !name.Contains("no_cpu", StringComparison.Ordinal);

    private static T FromPipe<T>(byte[] bytes, Func<string, T> use)
    {
        using AnonymousPipeServerStream near = new(PipeDirection.In);
        AnonymousPipeClientStream far = new(PipeDirection.Out, near.GetClientHandleAsString());
        Task writing = Task.Run(() =>
        {
            using (far)
                far.Write(bytes);
        });
        T result;
        try
        {
            result = use(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)near.SafePipeHandle.DangerousGetHandle()}"));
        }
        catch
        {
            // Else the writer waits for a reader that is gone.
            near.Dispose();
            throw;
        }

        writing.Wait();
        return result;
    }
}
