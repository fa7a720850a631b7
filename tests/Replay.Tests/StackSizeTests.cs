using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Memory figures use the sizes of the recorded machine.</summary>
public sealed class StackSizeTests
{
    /// <summary>Facts, stack and page in KiB.</summary>
    public static TheoryData<string, string, KernelFacts, int, int> Machines() => new()
    {
        { "6.12.0", "x86_64", new(), 16, 4 },
        { "6.12.0", "x86_64", new() { Kasan = true }, 32, 4 },
        { "6.12.0", "aarch64", new() { PageBytes = 16384 }, 16, 16 },
        { "6.12.0", "aarch64", new() { PageBytes = 65536 }, 64, 64 },
        { "6.12.0", "riscv64", new() { StackBytes = 8192 }, 8, 4 },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void Every_figure_of_memory_scales_and_nothing_else_changes(
        string kernel, string machine, KernelFacts facts, int stackKib, int pageKib)
    {
        EventColumns usual = (EventColumns)SyntheticTrace.Random(2, 1500, 3);
        EventColumns sized = (EventColumns)SyntheticTrace.Random(2, 1500, 3);
        sized.Complete(sized.Facts with { Kernel = kernel, Machine = machine, KernelFacts = facts }, sized.CommNames);
        foreach (string policy in Replays.AllPolicies.Where(policy => policy is not ("dynamic-4k" or "scs" or "scs-6.17")))
        {
            CellResult row = Replays.Of(sized, policy);
            CellResult expected = Replays.Of(usual, policy);
            Assert.Equal((expected.Hits, expected.Causes, expected.Freed), (row.Hits, row.Causes, row.Freed));
            Assert.Equal(Scaled(expected.Memory.Live), row.Memory.Live);
            Assert.Equal(Scaled(expected.Memory.Cached), row.Memory.Cached);
            Assert.Equal(Scaled(expected.Memory.WaitingForRcu), row.Memory.WaitingForRcu);
            Assert.Equal(Scaled(expected.Memory.Stranded), row.Memory.Stranded);
            Assert.Equal(Scaled(expected.Memory.WaitingForVfree), row.Memory.WaitingForVfree);
            if (row.Memory.AddressSpace is { } space)
                Assert.Equal(row.Freed * (stackKib + pageKib) * 1024, space.FreedBytes);
        }

        StockUse? Scaled(StockUse? use) => use is null
            ? null
            : new StockUse(use.PeakBytes / 16 * stackKib, use.MeanBytes / 16 * stackKib, use.EndBytes / 16 * stackKib);
    }

    [Fact]
    public void One_pass_over_capacities_uses_them_too()
    {
        EventColumns events = (EventColumns)SyntheticTrace.Random(2, 1500, 3);
        events.Complete(events.Facts with { Kernel = "6.12.0", Machine = "aarch64", KernelFacts = new() { PageBytes = 65536 } }, events.CommNames);
        ImmutableArray<CellResult> swept = ReplayEngine.Run(events, Replays.Plan("linux-4.10:capacity=0..8"));
        for (int capacity = 0; capacity <= 8; capacity++)
            Assert.Equal(Replays.Of(events, $"linux-4.10:capacity={capacity}").Memory, swept[capacity].Memory);
    }

    [Fact]
    public void A_stack_that_grows_by_pages_never_holds_more_than_a_whole_one()
    {
        PolicyEntry policy = PolicyCatalog.ByName("dynamic-4k");
        PolicyArguments arguments = PolicyArguments.Bind(policy.Descriptor, new Dictionary<string, long> { ["grown"] = 500 });
        Assert.Equal(6144, policy.BytesOfStack(arguments, new(1)));
        Assert.Equal(16384, policy.BytesOfStack(arguments, new(1) { PageBytes = 16384 }));
    }

    [Fact]
    public void Sizes_are_part_of_the_cell_and_the_usual_ones_leave_it_as_it_was()
    {
        string usual = CellOf(new());
        Assert.Equal(usual, CellOf(new() { StackBytes = 16384, PageBytes = 4096, PreemptRt = false }));
        Assert.NotEqual(usual, CellOf(new() { StackBytes = 32768 }));
    }

    private static string CellOf(KernelFacts facts)
    {
        EventColumns events = (EventColumns)SyntheticTrace.Random(1, 50, 2);
        events.Complete(events.Facts with { Kernel = "6.12.0", Machine = "x86_64", KernelFacts = facts }, events.CommNames);
        return Replays.Of(events, "linux-5.18").Cell;
    }
}
