using ForkTrace.Events;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Policies;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>Kernels of other architectures, page sizes and flavours: texts without a kernel release, with kernel facts files.</summary>
public sealed class OtherKernelsTests
{
    [Theory]
    [InlineData("arm64", 16, 32, 4, 99.5)]
    [InlineData("arm64-16k", 16, 32, 16, 98.5)]
    [InlineData("riscv64", 16, 32, 4, 99.5)]
    [InlineData("s390x", 16, 16, 4, 99)]
    [InlineData("rt-amd64", 16, 16, 4, 96.5)]
    public void The_replay_agrees_with_the_kernel_s_own_misses(string name, int stackKib, int alignKib, int pageKib, double agreement)
    {
        using EventTable events = Read(name);
        RecordedKernel kernel = KernelTable.Of(events.Facts);
        Assert.Equal("linux-5.18", kernel.Policy);
        Assert.EndsWith("; recorded", kernel.Reason, StringComparison.Ordinal);
        Assert.Equal(
            (stackKib * 1024, alignKib * 1024, pageKib * 1024), (kernel.StackBytes, kernel.StackAlignBytes, kernel.PageBytes));
        ValidationResult result = Validator.Validate(events, PolicySelection.Parse("linux"), EvidenceLevel.Standard);
        Assert.True(100 * result.Agreement >= agreement, $"{100 * result.Agreement:0.00} %");
    }

    [Fact]
    public void A_64_bit_powerpc_has_no_cache_and_shows_no_mapping()
    {
        using EventTable events = Read("ppc64le-64k");
        RecordedKernel kernel = KernelTable.Of(events.Facts);
        Assert.Equal(("pages-call-rcu", 32768, 65536), (kernel.Policy, kernel.StackBytes, kernel.PageBytes));
        Assert.Equal(0, events.Facts.CountOf(EventKind.StackMap));
        Assert.InRange(events.Facts.Forks, 600, 610);
    }

    private static EventTable Read(string name) => TraceReader.Read(RepositoryFiles.SampleTrace($"kernels/ftrace_{name}.txt.zst"));
}
