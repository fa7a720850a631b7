using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Inspection;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Hints about RCU callbacks from the kernel's configuration.</summary>
public sealed class RcuHintsTests
{
    [Theory]
    [InlineData("quiet rcu_nocbs=all", true, "nocb=all,lazy=10s")]
    [InlineData("quiet rcu_nocbs=0-1", true, "nocb=0-1,lazy=10s")]
    [InlineData("rcu_nocbs=1-3,8 quiet", false, "nocb=1-3+8")]
    [InlineData("nohz_full=2-7", null, "nocb=2-7")]
    [InlineData("nohz_full=2-7 rcu_nocbs=1 rcutree.enable_rcu_lazy=0", true, "nocb=2-7+1")]
    [InlineData("rcu_nocbs", true, null)]
    [InlineData("quiet", true, null)]
    public void Offloaded_and_lazy_callbacks_name_the_model(string commandLine, bool? isLazy, string? model)
    {
        string[] hints = Of(new KernelFacts { CommandLine = commandLine, RcuLazy = isLazy, RcuNocbCpu = true, Hz = 250, PreemptRt = false });
        if (model is null)
        {
            Assert.Empty(hints);
            return;
        }

        Assert.StartsWith($"use --rcu-model {model} for this kernel: ", Assert.Single(hints), StringComparison.Ordinal);
        Assert.False(RcuModel.Parse(model).IsDefault);
        Assert.Equal(isLazy == true && model.EndsWith("lazy=10s", StringComparison.Ordinal), RcuModel.Parse(model).LazyNs == 10_000_000_000);
    }

    [Fact]
    public void A_kernel_that_cannot_offload_ignores_the_command_line() =>
        Assert.Empty(Of(new KernelFacts { CommandLine = "rcu_nocbs=all", RcuNocbCpu = false, RcuLazy = false, Hz = 250 }));

    [Fact]
    public void Ticks_other_than_the_models_count() => Assert.StartsWith(
        "use --rcu-model hz=1000 for this kernel: CONFIG_HZ=1000", Assert.Single(Of(new KernelFacts { Hz = 1000 })), StringComparison.Ordinal);

    [Theory]
    [InlineData("6.12.117+deb12-rt-arm64", null, true)]
    [InlineData("5.10.1-rt20", null, true)]
    [InlineData("6.12.117+deb12-arm64", null, false)]
    [InlineData("6.12.0-smart-rtx", null, false)]
    [InlineData("6.12.0", true, true)]
    [InlineData("6.12.0-rt", false, false)]
    public void No_softirq_marks_the_callbacks_of_a_real_time_kernel(string release, bool? isRealTime, bool isTold) =>
        Assert.Equal(isTold, Of(new KernelFacts { PreemptRt = isRealTime }, release).Any(hint => hint.StartsWith(
            "PREEMPT_RT runs RCU callbacks in kthreads (rcuc/N): no RCU softirq marks them", StringComparison.Ordinal)));

    [Fact]
    public void Softirqs_may_be_switched_off() => Assert.StartsWith(
        "rcutree.use_softirq=0 runs RCU callbacks in kthreads",
        Assert.Single(Of(new KernelFacts { CommandLine = "rcutree.use_softirq=0" })),
        StringComparison.Ordinal);

    private static string[] Of(KernelFacts built, string release = "6.12.0") =>
        [.. RcuHints.Of(new SyntheticTrace().ToTable().Facts with { Kernel = release, KernelFacts = built })];
}
