using ForkTrace.Events;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>Stacks are distinguished from other areas on machines with different sizes, alignments and pages.</summary>
public sealed class StackSizeTests
{
    [Theory]
    [InlineData(20480, 16384)] // x86-64, s390x
    [InlineData(16384, 16384)] // seen without the guard page
    [InlineData(36864, 32768)] // x86-64 with KASAN
    [InlineData(20480, 32768)] // arm64, riscv64
    [InlineData(36864, 65536)] // the same with KASAN
    [InlineData(32768, 32768)] // arm64, 16 KiB pages
    [InlineData(131072, 131072)] // arm64, 64 KiB pages
    [InlineData(69632, 65536)] // s390x with KASAN
    [InlineData(12288, 16384)] // 32-bit arm and powerpc
    public void A_mapped_stack_is_a_miss(int sizeBytes, int alignBytes)
    {
        using EventTable events = Map(sizeBytes, alignBytes);
        Assert.Equal(1, events.Facts.CountOf(EventKind.StackMap));
    }

    [Theory]
    [InlineData(20480, 4096)]
    [InlineData(20480, 2097152)]
    [InlineData(24576, 16384)]
    [InlineData(8192, 4096)]
    [InlineData(81920, 16384)]
    [InlineData(73728, 16384)]
    [InlineData(2097152, 2097152)]
    public void Another_area_is_not(int sizeBytes, int alignBytes)
    {
        using EventTable events = Map(sizeBytes, alignBytes);
        Assert.Equal(0, events.Facts.CountOf(EventKind.StackMap));
    }

    [Theory]
    [InlineData("size=0x4000 align=0x8000", 1)]
    [InlineData("size=0x10000 align=0x20000", 1)]
    [InlineData("size=0x8000 align=0x1000", 0)]
    [InlineData("size=0x4000", 1)]
    [InlineData("size=0x8000", 0)]
    public void A_probe_that_has_the_alignment_tells_stacks_of_any_size(string fields, int count)
    {
        using EventTable events = TextFile.Read(
            "# tracer: nop", $"              wl-7       [000] .....     5.000001: vmalloc: (__vmalloc_node_range+0x0/0x80) {fields}");
        Assert.Equal(count, events.Facts.CountOf(EventKind.ProbeVmalloc));
    }

    private static EventTable Map(int sizeBytes, int alignBytes) => TextFile.Read(
        "# tracer: nop",
        "              wl-7       [000] .....     5.000001: alloc_vmap_area: va_start: 18446683600650420224"
        + $" size={sizeBytes} align={alignBytes} vstart=0x1 vend=0x2 failed=0");
}
