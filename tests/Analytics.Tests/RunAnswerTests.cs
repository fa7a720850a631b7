using ForkTrace.Ingest;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests;

/// <summary>Which policies are called better. Each figure in a sentence can be calculated by hand.</summary>
public sealed class RunAnswerTests
{
    private const double KiB = 1024;
    private static readonly AnswerSetting s_own = new("linux-5.18", "capacity=2", 0.50, 0.51, 32 * KiB);

    [Fact]
    public void The_first_sentence_says_what_was_measured() => Assert.Equal(
        "The recorded kernel's cache (linux-5.18:capacity=2) served 50.5 % of 20,000 forks. This is measured, and the replay predicts "
            + "99.7 % of forks correctly.",
        RunAnswer.Of(new KernelOutcome(s_own, 20_000, 0.505, 0.997), []).Kernel);

    // 50 to 51 % because of the unknown start, and 2 points more on either side.
    [Fact]
    public void Or_between_what_it_is_predicted() => Assert.Equal(
        "The recorded kernel's cache (linux-5.18:capacity=2) served 48.0 % to 53.0 % of 20,000 forks. This is predicted, and should be right "
            + "for at least 98.0 % of forks, apart from 200 that depend on what the caches held at the start.",
        RunAnswer.Of(Predicted(20_000, 0.98), []).Kernel);

    [Fact]
    public void Where_the_start_decides_every_fork_nothing_is_promised() => Assert.Equal(
        "The recorded kernel's cache (linux-5.18:capacity=2) served 0.0 % to 100.0 % of 2 forks: what the caches held when the recording began "
            + "decides each of them.",
        RunAnswer.Of(new KernelOutcome(new AnswerSetting("linux-5.18", "capacity=2", 0, 1, 0), 2, null, null), []).Kernel);

    [Fact]
    public void A_kernel_without_a_cache_is_said_to_have_none()
    {
        AnswerSetting pages = new("pages-early", "", 0, null, 0);
        Assert.StartsWith(
            "The recorded kernel (pages-early) keeps no stacks: each of 7 forks allocated a new one.",
            RunAnswer.Of(new KernelOutcome(pages, 7, null, 1), []).Kernel,
            StringComparison.Ordinal);
    }

    // 90.0 - 50.0 points from empty caches, 90.0 - 51.0 from full ones. Minus 2 points of uncertainty, and minus 1.645 standard errors of
    // 40 % of 20,000 forks, 0.57 points.
    [Fact]
    public void A_better_setting_is_named_with_its_gain_and_memory()
    {
        RunAnswer answer = RunAnswer.Of(Predicted(20_000, 0.98), [s_own, new AnswerSetting("linux-5.18", "capacity=8", 0.90, null, 96 * KiB)]);
        Assert.Equal(
            "linux-5.18:capacity=8 would serve 90.0 %, which is 40.0 points more (at least 36.4), with 96.0 KiB cached on average instead of "
                + "32.0 KiB.",
            answer.Change);
        Assert.Equal("linux-5.18", answer.Best!.Policy);
    }

    // A replay that can be wrong for 2 % of forks cannot distinguish 90 and 91 %, but it can distinguish 80 %.
    [Fact]
    public void The_smallest_of_equal_settings_is_named()
    {
        RunAnswer answer = RunAnswer.Of(Predicted(20_000, 0.98), [Capacity(64, 0.91), Capacity(8, 0.90), Capacity(16, 0.905), Capacity(4, 0.80)]);
        Assert.Equal("linux-5.18", answer.Best!.Policy);
    }

    [Theory]
    [InlineData(0.52, 20_000, 0.98)] // within what the replay may be wrong
    [InlineData(0.505, 20_000, 1)] // more than from empty caches, less than from full ones
    [InlineData(0.512, 1_000_000, 1)] // sure, and too little
    [InlineData(0.60, 25, 1)] // 10 points of 25 forks are chance
    [InlineData(0.40, 20_000, 1)]
    public void A_difference_within_the_noise_is_not_called_better(double hitRate, long forks, double toldRight)
    {
        RunAnswer answer = RunAnswer.Of(Predicted(forks, toldRight), [Capacity(8, hitRate), Capacity(4, 0.3)]);
        Assert.Null(answer.Best);
        Assert.StartsWith("None of the 2 other settings replayed would serve ", answer.Change, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_ends_of_the_start_are_held_against_each_other()
    {
        AnswerSetting other = Capacity(8, 0.53) with { FullHitRate = 0.54 };
        Assert.Equal(other, RunAnswer.Of(Predicted(100_000, 1), [other]).Best);
        Assert.Null(RunAnswer.Of(Predicted(100_000, 1), [other with { FullHitRate = 0.511 }]).Best);
    }

    [Fact]
    public void A_bound_is_no_setting_to_choose()
    {
        RunAnswer answer = RunAnswer.Of(Predicted(20_000, 1), [new AnswerSetting("unbounded", "", 0.99, null, 1e6), Capacity(1, 0.4)]);
        Assert.Equal("The one other setting replayed would not serve more.", answer.Change);
    }

    [Fact]
    public void Where_nothing_is_promised_nothing_is_called_better()
    {
        RunAnswer answer = RunAnswer.Of(new KernelOutcome(s_own, 20_000, null, null), [Capacity(8, 0.9)]);
        Assert.Null(answer.Best);
        Assert.Equal("For the same reason no other policy is called better.", answer.Change);
        Assert.Null(RunAnswer.Of(null, [Capacity(8, 0.9)]).Best);
    }

    // The load of 2016 needs only one stack per cache. The remaining misses are caused by other CPUs, so more capacity gains almost
    // nothing.
    [Fact]
    public void A_recording_that_more_slots_do_not_help_says_so()
    {
        using Events.EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"));
        RunFindings findings = RunFindings.Of(events, ReplayPlan.Default);
        RunAnswer answer = RunAnswer.Of(findings.Results.Single(row => row.Policy == "linux-5.18"), findings.Results, findings.Curves);
        Assert.Null(answer.Best);
        Assert.StartsWith("None of the ", answer.Change, StringComparison.Ordinal);
    }

    // Judged with the kernel's own results in the recording. Without them, a third of so few forks is uncertain.
    [Fact]
    public void A_build_is_served_better_by_more_slots()
    {
        using Events.EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        RunFindings findings = RunFindings.Of(events, ReplayPlan.Default);
        CellResult own = findings.Results.Single(row => row.Policy == "linux-5.18");
        Assert.Null(RunAnswer.Of(own, findings.Results, findings.Curves).Best);
        CellResult judged = own with { Measured = new MeasuredAgreement(357, 1, 1, 0.85, 0.848) };
        RunAnswer answer = RunAnswer.Of(judged, findings.Results, findings.Curves);
        Assert.Equal("linux-5.18", answer.Best!.Policy);
        Assert.InRange(answer.Best.HitRate, 0.9, 1);
    }

    private static KernelOutcome Predicted(long forks, double toldRight) => new(s_own, forks, null, toldRight);

    private static AnswerSetting Capacity(int stacks, double hitRate) =>
        new("linux-5.18", FormattableString.Invariant($"capacity={stacks}"), hitRate, null, stacks * 12 * KiB);
}
