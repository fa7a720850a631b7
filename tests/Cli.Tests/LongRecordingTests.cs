using ForkTrace.Cli.Options;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>A large recording is written to an event file before it is replayed: the events are the same, and no file remains.</summary>
public sealed class LongRecordingTests
{
    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    [InlineData("formats/v7_default.dat")]
    public void Events_and_facts_are_those_of_the_recording(string name)
    {
        string recording = RepositoryFiles.SampleTrace(name);
        using EventTable read = TraceReader.Read(recording);
        using EventTable written = ReadBack(recording);
        Assert.Equal(read.Count, written.Count);
        Assert.Equal(read.TimesNs, written.TimesNs);
        Assert.True(read.Kinds.SequenceEqual(written.Kinds));
        Assert.Equal(read.Tasks, written.Tasks);
        Assert.Equal(read.Values, written.Values);
        Assert.Equal(read.CommNames.Names, written.CommNames.Names);
        Assert.Equal(read.Facts.Digest, written.Facts.Digest);
        Assert.Equal(read.Facts.Trace, written.Facts.Trace);
        Assert.Equal(read.Facts.Issues, written.Facts.Issues);
    }

    private static EventTable ReadBack(string recording)
    {
        using LongTrace trace = LongTrace.OfRecording(recording, () => TraceReader.Stream(recording));
        Assert.False(trace.IsLong);
        return trace.Whole();
    }
}
