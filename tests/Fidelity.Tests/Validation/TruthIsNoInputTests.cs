using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Tracepoints;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>Events that show the kernel's own results are used only to judge a replay, so the replay itself must not use
/// them.</summary>
public sealed class TruthIsNoInputTests
{
    public static TheoryData<EventKind> TruthKinds => [.. EventKinds.All.Where(IsTruth)];

    // A probe map removes all ground truth except the mapped events. Here it maps nothing, so the file is read without ground truth.
    [Theory]
    [InlineData("native-6.18/make.perf.data.zst", "vmalloc", "alloc_vmap_area")]
    [InlineData("native-6.18/prefork.perf.data.zst", "vmalloc", "alloc_vmap_area")]
    [InlineData("vm-6.1/prefork.dat", "gt", "vmalloc")]
    [InlineData("vm-6.1/pthread.dat", "gt", "vmalloc")]
    public void A_recording_read_without_its_truth_gives_the_same_results(string recording, string system, string name)
    {
        string path = RepositoryFiles.SampleTrace(recording);
        ProbeCondition never = new("size", ProbeComparison.Equal, -1, null);
        ProbeMap map = new("test", [new ProbeMapping(system, name, ProbeMeaning.StackMapped, [never], null, null)]);
        using EventTable judged = TraceReader.Read(path);
        using EventTable unjudged = TraceReader.Read(path, new IngestOptions { Probes = map });
        Assert.Contains(EventKinds.All, kind => EventKinds.IsGroundTruth(kind) && judged.Facts.CountOf(kind) > 0);
        Assert.DoesNotContain(EventKinds.All, kind => EventKinds.IsGroundTruth(kind) && unjudged.Facts.CountOf(kind) > 0);
        AssertSameResults(unjudged, judged);
    }

    [Theory]
    [MemberData(nameof(TruthKinds))]
    public void Truth_of_any_kind_everywhere_changes_no_result(EventKind kind)
    {
        using EventTable recorded = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        AssertSameResults(Rebuild(recorded, added: null), Rebuild(recorded, added: kind));
    }

    private static bool IsTruth(EventKind kind) => EventKinds.IsGroundTruth(kind) || kind >= EventKind.ProbeDup;

    private static void AssertSameResults(EventTable expected, EventTable actual)
    {
        ReplayPlan plan = Replays.Plan([.. PolicyCatalog.Defaults]).Under(one => one with { WindowNs = 100_000_000 }) with { Breakdown = true, Reuse = true };
        string[] first = [.. ReplayEngine.Run(expected, plan).Select(Figures)];
        string[] second = [.. ReplayEngine.Run(actual, plan).Select(Figures)];
        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }

    private static string Figures(CellResult result) => string.Join(
        '\n',
        result.Cell, result.Grade, result.Hits, result.Misses, result.FailedForks, result.Causes, result.CachedAtRelease,
        result.CachedByCallback, result.QueuedForRcu, result.Freed, result.Memory, result.Expected,
        string.Join(',', result.Latency.Buckets()), string.Join(',', result.ReleaseCost.Buckets()), string.Join('\n', result.Series),
        string.Join('\n', result.ByCpu), string.Join('\n', result.ByComm));

    // The recording without its ground truth, and with rows of one kind before and after every row.
    private static EventColumns Rebuild(EventTable events, EventKind? added)
    {
        EventColumns columns = new(3 * events.Count);
        for (int row = 0; row < events.Count; row++)
        {
            if (IsTruth(events.Kinds[row]))
                continue;
            AddTruth(columns, events, row, added, events.Tasks[row]);
            columns.Add(
                events.TimesNs[row], events.Cpus[row], events.Kinds[row], events.Tasks[row], events.Others[row], events.Tids[row],
                events.Comms[row], events.Values[row]);
            AddTruth(columns, events, row, added, events.Others[row]);
        }

        ImmutableSortedDictionary<string, long> counts = events.Facts.EventsByKind;
        counts = counts.RemoveRange(EventKinds.All.Where(IsTruth).Select(EventKinds.Name));
        if (added is { } kind)
            counts = counts.Add(EventKinds.Name(kind), columns.Count);
        columns.Complete(events.Facts with { EventsByKind = counts }, events.CommNames);
        return columns;
    }

    private static void AddTruth(EventColumns columns, EventTable events, int row, EventKind? kind, int task)
    {
        if (kind is { } added && task >= 0)
            columns.Add(events.TimesNs[row], events.Cpus[row], added, task, -1, events.Tids[row], 0, 1);
    }
}
