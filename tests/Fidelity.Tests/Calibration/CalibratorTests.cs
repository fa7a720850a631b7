using ForkTrace.Replay;
using System.Text;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Fidelity.Calibration;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>Costs out of recordings: figures that are known, made up or measured by other means.</summary>
public sealed class CalibratorTests
{
    private const long ThreadFlags = 0x3d0f00;
    private const long ForkFlags = 0x1200011;

    [Fact]
    public void Threads_take_as_long_as_was_measured_by_hand()
    {
        KindDurations threads = Assert.Single(Measure("native-6.18/pthread.perf.data.zst").Kinds);
        Assert.Equal(ForkKind.Thread, threads.Kind);
        Assert.Equal(20_000, threads.Hits.Count + threads.Misses.Count);
        AssertMicroseconds(threads.Hits, 5.2, 7.0, 12.6);
        AssertMicroseconds(threads.Misses, 9.5, 12.5, 24.9);
    }

    [Fact]
    public void Forks_take_as_long_as_was_measured_by_hand()
    {
        KindDurations forks = Assert.Single(Measure("native-6.18/fork.perf.data.zst").Kinds);
        Assert.Equal(ForkKind.Process, forks.Kind);
        AssertMicroseconds(forks.Hits, 32, 36, 57);
        AssertMicroseconds(forks.Misses, 45, 51, 68);
    }

    [Fact]
    public void A_known_difference_is_found_among_interrupts()
    {
        // Misses take 4 us more; one fork in 20 of either sort is interrupted for up to a millisecond.
        ForkDurations recording = ForkDurations.Of(Forks(2000, missExtraNs: 4000, interruptedOneIn: 20));
        ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([recording]);
        Assert.Equal(ForkKind.Thread, found.Kind);
        Assert.All(found.DifferenceNs, pair => Assert.Equal(4000, pair.Ns, 150.0));
        Assert.Equal((0.0, 1.0), (found.DifferenceNs[0].Share, found.DifferenceNs[^1].Share));
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void Too_few_are_refused_with_what_is_needed(int each, bool isRefused)
    {
        ForkDurations recording = ForkDurations.Of(Forks(2 * each, missExtraNs: 4000, interruptedOneIn: 0));
        if (!isRefused)
        {
            Assert.NotNull(Calibrator.Calibrate([recording]));
            return;
        }

        PolicyException refusal = Assert.Throws<PolicyException>(() => Calibrator.Calibrate([recording]));
        Assert.Equal(
            "too few forks to calibrate from: needs 100 hits and 100 misses of one kind in one recording, "
            + "but synthetic has thread 99 hits and 99 misses",
            refusal.Message);
    }

    [Fact]
    public void No_difference_is_refused() => Assert.StartsWith(
        "misses are not seen to cost more than hits",
        Assert.Throws<PolicyException>(() => Calibrator.Calibrate([ForkDurations.Of(Forks(2000, missExtraNs: 0, interruptedOneIn: 0))])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_recording_without_truth_has_no_durations() =>
        Assert.Empty(ForkDurations.Of(SyntheticTrace.Random(1, 500, 2)).Kinds);

    [Fact]
    public void The_model_is_one_that_replay_takes()
    {
        ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([Measure("native-6.18/pthread.perf.data.zst")]);
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
            new CalibratedModel("mine", CacheHitNs: 300, PageAllocationNs: 900).Write(writer, found);
        string json = Encoding.UTF8.GetString(bytes.ToArray());
        CostModel model = CostModelFile.Parse(json, "mine.json");
        Assert.Equal(300, model.SampleNs(CostOperation.CacheHit, 0.7));
        Assert.Equal(900, model.SampleNs(CostOperation.PageAllocation, 0.7));
        Assert.Equal(300 + 4300, model.SampleNs(CostOperation.Vmalloc, 0.5), 50.0);
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement recording = document.RootElement.GetProperty("provenance").GetProperty("recordings")[0];
        Assert.Matches("^xxh128:[0-9a-f]{32}$", recording.GetProperty("digest").GetString()!);
        Assert.Equal(10_261, recording.GetProperty("kinds")[0].GetProperty("hits").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(ForkFlags, ForkKind.Process)]
    [InlineData(ThreadFlags, ForkKind.Thread)]
    [InlineData(0x4111, ForkKind.Vfork)]
    [InlineData(0x100, null)]
    public void Clone_flags_tell_the_kind(long flags, ForkKind? kind) => Assert.Equal(kind, ForkKinds.Of(flags));

    private static ForkDurations Measure(string recording)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        return ForkDurations.Of(events);
    }

    private static void AssertMicroseconds(DurationSample sample, double p50, double p90, double p99)
    {
        Assert.Equal(p50, sample.QuantileNs(0.50) / 1000, 0.02 * p50);
        Assert.Equal(p90, sample.QuantileNs(0.90) / 1000, 0.02 * p90);
        Assert.Equal(p99, sample.QuantileNs(0.99) / 1000, 0.02 * p99);
    }

    // Every other fork misses; durations of 5 us and a little noise.
    private static EventTable Forks(int count, long missExtraNs, int interruptedOneIn)
    {
        Random random = new(5);
        SyntheticTrace trace = new();
        int parent = trace.NewTaskId();
        for (int index = 0; index < count; index++)
        {
            long beginNs = 10_000_000L * (index + 1);
            bool misses = index % 2 == 1;
            trace.AllocateTask(beginNs, 0, parent);
            if (misses)
                trace.Add(beginNs + 100, 0, EventKind.StackMap, parent, -1, 0);
            bool isInterrupted = interruptedOneIn > 0 && random.Next(interruptedOneIn) == 0;
            long durationNs = 5000 + random.Next(400) + (misses ? missExtraNs : 0) + (isInterrupted ? random.Next(1_000_000) : 0);
            trace.Add(beginNs + durationNs, 0, EventKind.NewTask, trace.NewTaskId(), parent, ThreadFlags);
        }

        return trace.ToTable();
    }
}
