using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>
/// An undamaged recording is damaged in a known way. The reader reports that something is missing. For the remaining forks, the results of
/// the undamaged recording are between the results with empty and with full caches at the start.
/// </summary>
public sealed class DamagedRecordingTests : IDisposable
{
    private const string Recording = "formats/ftrace_mono.txt.zst";
    private const string Policy = "linux-4.9";
    private const int Seeds = 40;

    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-damaged").FullName;
    private readonly string[] _lines = Encoding.UTF8.GetString(SampleRecordings.Bytes(Recording)).TrimEnd('\n').Split('\n');

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.20")]
    public void Lost_events_are_reported_and_the_truth_is_between(string policy)
    {
        int wide = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            (int cpu, int first, int count) = Hole(seed);
            using EventTable damaged = Read(DamagedText.LoseEvents(_lines, cpu, first, count));
            Assert.Equal(count, damaged.Facts.Lost);
            Assert.Contains(damaged.Facts.Issues, issue => issue is { Code: "lost_events", Severity: IssueSeverity.DataLoss });
            CellResult row = Replays.Of(damaged, policy);
            Assert.Equal(GradeLevel.D, row.Grade.Level);
            wide += RequireBetween(damaged, policy, $"seed {seed}");
        }

        Assert.True(wide > 0, "no bracket is wider than a point");
    }

    [Fact]
    public void Lost_events_of_pids_that_are_reused_leave_the_truth_between()
    {
        string[] reused = [.. DamagedText.ReusePids(_lines)];
        for (int seed = 0; seed < Seeds; seed++)
        {
            (int cpu, int first, int count) = Hole(seed);
            using EventTable damaged = Read(DamagedText.LoseEvents(reused, cpu, first, count));
            Assert.Equal(count, damaged.Facts.Lost);
            RequireBetween(damaged, Policy, $"seed {seed}");
        }
    }

    [Fact]
    public void Pids_that_are_reused_change_nothing()
    {
        string[] reused = [.. DamagedText.ReusePids(_lines)];
        using EventTable events = Read(reused);
        Assert.True(events.Tids.ToArray().Distinct().Count() < events.Facts.Tasks / 2, "few pids are reused");
        foreach (string policy in new[] { "linux-4.9", "linux-5.18", "rcu-cache", "pages-rcu" })
        {
            using EventTable clean = Read(_lines);
            Assert.Equal(Replays.Of(clean, policy).Hits, Replays.Of(events, policy).Hits);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_missing_cpu_is_reported(int cpu)
    {
        using EventTable damaged = Read(DamagedText.LoseCpu(_lines, cpu));
        ImportIssue issue = Assert.Single(damaged.Facts.Issues, issue => issue.Code == "silent_cpus");
        Assert.Equal($"CPU {cpu} has no events: it was idle or not recorded, or its events are lost.", issue.Message);
        Assert.Contains(damaged.Facts.Issues, issue => issue is { Code: "missing_ends", Severity: IssueSeverity.DataLoss });
        using EventTable clean = Read(_lines);
        Assert.Empty(clean.Facts.Issues);
    }

    // Any of the lost events may have been a task's end, so a step of the clock is not the reason.
    [Fact]
    public void Ends_that_are_reported_as_lost_are_not_counted_again()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            string[] lost = [.. DamagedText.LoseEvents(_lines, random.Next(2), 150 + random.Next(100), 40)];
            using EventTable damaged = Read(DamagedText.StepClock(lost, random.Next(2), 400 + random.Next(100), -50));
            Assert.True(damaged.Facts.Lost > 0);
            Assert.DoesNotContain(damaged.Facts.Issues, issue => issue.Code == "missing_ends");
        }
    }

    // The order on each CPU is unchanged. docs/reliability.md describes this limit.
    [Fact]
    public void A_clock_that_steps_forward_is_not_told()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            int cpu = random.Next(2);
            using EventTable damaged = Read(DamagedText.StepClock(_lines, cpu, random.Next(600), random.Next(1, 1_000_000)));
            Assert.DoesNotContain(damaged.Facts.Issues, issue => issue.Code == "clock_backwards");
        }
    }

    [Fact]
    public void A_clock_that_steps_back_is_reported()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            int cpu = random.Next(2);
            using EventTable damaged = Read(DamagedText.StepClock(_lines, cpu, 100 + random.Next(400), -random.Next(200_000, 400_000)));
            ImportIssue issue = Assert.Single(damaged.Facts.Issues, issue => issue.Code == "clock_backwards");
            Assert.Contains($"CPU {cpu} ", issue.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, "linux-4.9")]
    [InlineData(1, "linux-4.9")]
    [InlineData(0, "linux-4.20")]
    [InlineData(1, "linux-4.20")]
    [InlineData(0, "linux-5.18")]
    [InlineData(1, "linux-5.18")]
    public void A_cpu_that_is_not_there_leaves_the_truth_between(int cpu, string policy)
    {
        using EventTable damaged = Read(DamagedText.LoseCpu(_lines, cpu));
        Assert.Equal(GradeLevel.D, Replays.Of(damaged, policy).Grade.Level);
        RequireBetween(damaged, policy, $"CPU {cpu}");
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.20")]
    [InlineData("linux-5.18")]
    public void A_clock_that_steps_back_leaves_the_truth_between(string policy)
    {
        int told = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            int cpu = random.Next(2);
            int backUs = random.Next(1, seed % 2 == 0 ? 400_000 : 20_000);
            using EventTable damaged = Read(DamagedText.StepClock(_lines, cpu, 100 + random.Next(400), -backUs));
            bool isTold = damaged.Facts.Issues.Any(issue => issue.Severity == IssueSeverity.DataLoss);
            Assert.Equal(damaged.Facts.Issues.Any(issue => issue.Code == "clock_backwards"), isTold);
            told += isTold ? 1 : 0;
            if (isTold)
                RequireBetween(damaged, policy, $"seed {seed}, {backUs} us", byTid: true);
        }

        Assert.True(told > Seeds / 2, $"{told} of {Seeds} are told");
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.20")]
    [InlineData("linux-5.18")]
    public void A_clock_that_steps_back_between_pages_of_a_trace_dat_leaves_the_truth_between(string policy)
    {
        byte[] whole = SampleRecordings.Bytes("formats/v6.dat.zst");
        string path = Path.Combine(_folder, "stepped.dat");
        File.WriteAllBytes(path, whole);
        using EventTable clean = TraceReader.Read(path);
        Assert.Empty(clean.Facts.Issues);
        int told = 0;
        for (int seed = 0; seed < Seeds / 4; seed++)
        {
            Random random = new(seed);
            int cpu = random.Next(2);
            int backUs = random.Next(1, 20_000);
            File.WriteAllBytes(path, DamagedTraceDat.StepClock(whole, cpu, 1 + random.Next(8), -1000L * backUs));
            using EventTable damaged = TraceReader.Read(path);
            bool isTold = damaged.Facts.Issues.Any(issue => issue.Severity == IssueSeverity.DataLoss);
            Assert.Equal(damaged.Facts.Issues.Any(issue => issue.Code == "clock_backwards"), isTold);
            told += isTold ? 1 : 0;
            if (isTold)
                RequireBetween(damaged, policy, $"seed {seed}, {backUs} us", byTid: true, clean);
        }

        Assert.True(told > Seeds / 8, $"{told} are told");
    }

    private static (int Cpu, int First, int Count) Hole(int seed)
    {
        Random random = new(seed);
        return (random.Next(2), 1 + random.Next(300), 1 + random.Next(200));
    }

    // The number of remaining forks that hit in one bound and not in the other. A fork is identified by its CPU and time, or by the child's
    // tid if times have changed.
    private int RequireBetween(EventTable damaged, string policy, string what, bool byTid = false)
    {
        using EventTable clean = Read(_lines);
        return RequireBetween(damaged, policy, what, byTid, clean);
    }

    private static int RequireBetween(EventTable damaged, string policy, string what, bool byTid, EventTable clean)
    {
        Dictionary<(int Cpu, long Mark), bool> truth = Forks(clean, policy, startFull: false, byTid);
        Dictionary<(int Cpu, long Mark), bool> low = Forks(damaged, policy, startFull: false, byTid);
        Dictionary<(int Cpu, long Mark), bool> high = Forks(damaged, policy, startFull: true, byTid);
        (int Cpu, long Mark)[] common = [.. low.Keys.Where(truth.ContainsKey)];
        int hits = common.Count(fork => truth[fork]);
        int lowHits = common.Count(fork => low[fork]);
        int highHits = common.Count(fork => high[fork]);
        Assert.True(common.Length > 20, $"{what}: {common.Length} forks are the same");
        Assert.True(lowHits <= hits && hits <= highHits, $"{what}: {hits} forks hit, but {lowHits} to {highHits} are stated");
        return highHits - lowHits;
    }

    private static Dictionary<(int Cpu, long Mark), bool> Forks(EventTable events, string policy, bool startFull, bool byTid)
    {
        int[] tids = new int[events.Facts.Tasks];
        for (int row = 0; row < events.Count; row++)
        {
            if (events.Kinds[row] == EventKind.NewTask)
                tids[events.Tasks[row]] = events.Tids[row];
        }

        StackOperations operations = LifecycleBuilder.Build(events);
        StackLedger ledger = Replays.Ledger(operations, policy, startFull: startFull).Ledger;
        Dictionary<(int Cpu, long Mark), bool> forks = [];
        for (int index = 0; index < operations.Count; index++)
        {
            int task = operations.TaskIds[index];
            if (operations.Kinds[index] == StackOperationKind.Allocate)
                forks[(operations.Cpus[index], byTid ? tids[task] : operations.TimesNs[index])] = ledger.WasHit(task);
        }

        return forks;
    }

    private EventTable Read(IEnumerable<string> lines)
    {
        string path = Path.Combine(_folder, "trace.txt");
        File.WriteAllLines(path, lines);
        return TraceReader.Read(path);
    }
}
