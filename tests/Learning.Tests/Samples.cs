using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Learning.Corpus;
using ForkTrace.TestKit;

namespace ForkTrace.Learning.Tests;

/// <summary>Recordings to learn from.</summary>
internal static class Samples
{
    /// <summary>Random loads. The seed identifies the load, the number of CPUs the machine.</summary>
    public static ImmutableArray<CorpusRecording> Corpus(int loads, int machines, int forks = 400) =>
    [
        .. from load in Enumerable.Range(0, loads)
           from machine in Enumerable.Range(1, machines)
           let split = new RecordingSplit($"{load}-{machine}", $"load {load}", $"{machine} CPUs", load)
           select CorpusRecording.Of(SyntheticTrace.Random((load * 100) + machine, forks, machine), split),
    ];

    /// <summary>A recording of the repository.</summary>
    public static CorpusRecording Recording(string name)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(name));
        return CorpusRecording.Of(events, new RecordingSplit(name, name, "native", 0));
    }

    /// <summary>One task after another on one CPU, each 1 us long.</summary>
    public static CorpusRecording Sequential(int forks, Func<int, long> pauseNs)
    {
        SyntheticTrace trace = new() { Cpus = 1 };
        long timeNs = 0;
        for (int fork = 0; fork < forks; fork++)
        {
            trace.Die(timeNs + 1000, 0, trace.Fork(timeNs, 0));
            timeNs += pauseNs(fork);
        }

        return CorpusRecording.Of(trace.ToTable(), new RecordingSplit("sequential", "sequential", "1 CPU", 0));
    }
}
