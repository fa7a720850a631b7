using System.Text;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Fidelity.Calibration;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>Costs from recordings whose true costs are known: generated, or measured in another way.</summary>
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
        // Misses take 4 us more. One in 20 hits and one in 20 misses is interrupted for up to a millisecond.
        ForkDurations recording = ForkDurations.Of(Forks(2000, missExtraNs: 4000, interruptedOneIn: 20));
        ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([recording]);
        Assert.Equal(ForkKind.Thread, found.Kind);
        Assert.Equal(4000, found.Difference.MedianNs, 150.0);
        Assert.InRange(4000, found.Difference.LowNs, found.Difference.HighNs);
    }

    [Theory]
    [InlineData(150, 20_000, 3)]
    [InlineData(2000, 2000, 4)]
    public void A_heavy_tail_of_few_hits_takes_nothing_from_the_median_difference(int hits, int misses, int tailOneIn)
    {
        // Every third or fourth hit is interrupted, but no miss. So above the median, quantiles of hits are far higher than those of
        // misses.
        KindDurations sort = Sort(Tailed(hits, 5000, tailOneIn), Tailed(misses, 5841, tailOneIn: 0));
        Assert.True(sort.Misses.QuantileNs(0.9) < sort.Hits.QuantileNs(0.9));
        ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([Recording(sort)]);
        Assert.Equal(sort.Difference, found.Difference);
        CostModel model = ModelOf(found);
        Assert.True(model.SampleNs(CostOperation.Vmalloc, 0.5) > 250 + 500);
        Assert.Equal(found.Difference.MedianNs, model.SampleNs(CostOperation.Vmalloc, 0.99) - model.SampleNs(CostOperation.CacheHit, 0.99), 0.1);
    }

    [Fact]
    public void A_difference_that_is_not_known_well_enough_is_rejected()
    {
        // Half of 121 misses are interrupted, so their median can be anything from 6 us to half a millisecond.
        KindDurations sort = Sort(Tailed(20_000, 5000, tailOneIn: 0), Tailed(121, 6000, tailOneIn: 2));
        string refusal = Assert.Throws<NoCostException>(() => Calibrator.Calibrate([Recording(sort)])).Message;
        Assert.StartsWith("the cost of a miss is not known well enough: the median difference is ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Misses_that_differ_in_more_than_their_stack_are_rejected()
    {
        KindDurations sort = Sort(Tailed(20_000, 5000, tailOneIn: 0), Tailed(121, 181_000, tailOneIn: 0));
        string refusal = Assert.Throws<NoCostException>(() => Calibrator.Calibrate([Recording(sort)])).Message;
        Assert.StartsWith("made: misses differ from hits in more than their stack: the median difference is 17", refusal, StringComparison.Ordinal);
        Assert.Contains("taskset -c 0", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_that_disagree_widen_the_interval()
    {
        KindDurations small = Sort(Tailed(2000, 5000, 0), Tailed(2000, 7000, 0));
        KindDurations large = Sort(Tailed(2000, 5000, 0), Tailed(2000, 8500, 0));
        MedianDifference found = Calibrator.Calibrate([Recording(small), Recording(large)]).Difference;
        Assert.Equal((small.Difference.LowNs, large.Difference.HighNs), (found.LowNs, found.HighNs));
        Assert.InRange(found.MedianNs, small.Difference.MedianNs, large.Difference.MedianNs);
    }

    // Any part of a recording is rejected, or the model agrees with its table.
    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    [InlineData("native-6.18/fork.perf.data.zst")]
    [InlineData("native-6.18/prefork.perf.data.zst")]
    public void No_cut_of_a_recording_makes_a_model_that_contradicts_its_table(string recording)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        ForkTime[] whole = [.. ForkTimes.Of(events).Copies];
        int models = 0;
        for (int cut = 0; cut < 24; cut++)
        {
            // A part of 1/2, 1/4, ... 1/64 of all forks, at unaligned places.
            int length = whole.Length >> (1 + (cut % 6));
            ForkTime[] part = whole[((whole.Length - length) / 24 * cut)..][..length];
            ForkDurations durations = new(events.Facts, "cut", ForkDurations.Kinded(part));
            try
            {
                ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([durations]);
                KindDurations used = Assert.Single(found.Recordings[0].Kinds, found.Uses);
                CostModel model = ModelOf(found);
                double missOverHitNs = model.SampleNs(CostOperation.Vmalloc, 0.5) - model.SampleNs(CostOperation.CacheHit, 0.5);
                Assert.Equal(used.Difference.MedianNs, missOverHitNs, 0.1);
                Assert.True(used.Difference.LowNs > 0);
                Assert.NotNull(model[CostOperation.Vmalloc].IntervalNs);
                models++;
            }
            catch (NoCostException)
            {
                // Rejected: too few forks, or too uncertain.
            }
        }

        Assert.True(models > 0);
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void Too_few_are_rejected_with_what_is_needed(int each, bool isRefused)
    {
        ForkDurations recording = ForkDurations.Of(Forks(2 * each, missExtraNs: 4000, interruptedOneIn: 0));
        if (!isRefused)
        {
            Assert.NotNull(Calibrator.Calibrate([recording]));
            return;
        }

        NoCostException refusal = Assert.Throws<NoCostException>(() => Calibrator.Calibrate([recording]));
        Assert.Equal(
            "too few forks to calibrate from: needs 100 hits and 100 misses of one kind in one recording, "
            + "but synthetic has thread 99 hits and 99 misses",
            refusal.Message);
    }

    [Fact]
    public void No_difference_is_rejected() => Assert.StartsWith(
        "the recordings do not show that misses cost more than hits",
        Assert.Throws<NoCostException>(() => Calibrator.Calibrate([ForkDurations.Of(Forks(2000, missExtraNs: 0, interruptedOneIn: 0))])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_recording_without_truth_has_no_durations() =>
        Assert.Empty(ForkDurations.Of(SyntheticTrace.Random(1, 500, 2)).Kinds);

    [Fact]
    public void The_model_is_one_that_replay_takes()
    {
        ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([Measure("native-6.18/pthread.perf.data.zst")]);
        string json = JsonOf(found, cacheHitNs: 300);
        CostModel model = CostModelFile.Parse(json, "mine.json");
        Assert.Equal("6.18", model.Kernels?.ToString());
        CostPart miss = model[CostOperation.Vmalloc];
        Assert.Equal(CostBasis.Measured, miss.Basis);
        Assert.InRange(miss.IntervalNs!.Value.HighNs - miss.IntervalNs.Value.LowNs, 1, 200);
        Assert.Equal(CostBasis.Assumed, model[CostOperation.CacheHit].Basis);
        Assert.False(model[CostOperation.Vfree].IsKnown);
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

    private static KindDurations Sort(DurationSample hits, DurationSample misses) => new(ForkKind.Thread, hits, misses);

    private static ForkDurations Recording(KindDurations sort) => new(new TraceFacts { Trace = "made", Format = "made" }, "made", [sort]);

    // Durations around one value. One in tailOneIn is interrupted for up to a millisecond.
    private static DurationSample Tailed(int count, long aboutNs, int tailOneIn)
    {
        Random random = new(9);
        return new DurationSample(Enumerable.Range(0, count).Select(index =>
            aboutNs + random.Next(400) + (tailOneIn > 0 && index % tailOneIn == 0 ? random.Next(1_000_000) : 0)));
    }

    private static CostModel ModelOf(ForkTrace.Fidelity.Calibration.Calibration found) => CostModelFile.Parse(JsonOf(found), "mine.json");

    private static string JsonOf(ForkTrace.Fidelity.Calibration.Calibration found, double cacheHitNs = 250)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
            new CalibratedModel("mine", cacheHitNs, PageAllocationNs: 900).Write(writer, found);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

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

    // Every other fork is a miss. Durations are 5 us with a little noise.
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
