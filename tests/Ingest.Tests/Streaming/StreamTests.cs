using System.Globalization;
using System.IO.Pipes;
using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Streaming;

/// <summary>A recording that is read in batches has the same rows, names and facts as when it is read as a whole.</summary>
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
    public void A_pipe_gives_the_same_as_the_file(string name)
    {
        byte[] bytes = SampleRecordings.Bytes(name);

        // Only perf's pipe form can be read while it is being recorded.
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

    /// <summary>Compares the stream's batches with the table. No batch may be empty, or longer than the limit.</summary>
    internal static void RequireSame(EventTable whole, EventStream stream, int batchRows)
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

            // Each pipe has a different name.
            Assert.Equal(
                TraceFactsJson.Serialize(whole.Facts with { Trace = "" }), TraceFactsJson.Serialize(stream.Facts with { Trace = "" }));
        }
    }

    // Excludes files that are rejected, and notes.
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
            // Otherwise the writer waits for a reader that has ended.
            near.Dispose();
            throw;
        }

        writing.Wait();
        return result;
    }
}
