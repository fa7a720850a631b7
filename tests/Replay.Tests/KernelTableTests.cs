using System.Text.RegularExpressions;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Policies;

namespace ForkTrace.Replay.Tests;

/// <summary>Real release names of distribution kernels, checked with the table kernels.tsv.</summary>
public sealed class KernelTableTests
{
    /// <summary>uname -r, uname -m, the policy, stack and page in KiB.</summary>
    public static TheoryData<string, string, string, int, int> Kernels() => new()
    {
        // x86_64 by release.
        { "3.10.0-1160.71.1.el7.x86_64", "x86_64", "pages-rcu", 8, 4 },
        { "4.4.0-210-generic", "x86_64", "pages-rcu", 16, 4 },
        { "4.8.17", "x86_64", "pages-rcu", 16, 4 },
        { "4.9.0", "x86_64", "linux-4.9", 16, 4 },
        { "4.10.1", "x86_64", "linux-4.10", 16, 4 },
        { "4.11.12", "x86_64", "linux-4.10", 16, 4 },
        { "4.16.18", "", "linux-4.12", 16, 4 },
        { "4.15.0-142-generic", "x86_64", "linux-4.17", 16, 4 },
        { "4.14.336-257.562.amzn2.x86_64", "x86_64", "linux-4.17", 16, 4 },
        { "4.17.0-rc1", "x86_64", "linux-4.17", 16, 4 },
        { "4.18.0-25-generic", "x86_64", "linux-4.17", 16, 4 },
        { "4.19.80-0-virt", "x86_64", "linux-4.17", 16, 4 },
        { "4.20", "x86_64", "linux-4.20", 16, 4 },
        { "5.4.0-150-lowlatency", "x86_64", "linux-4.20", 16, 4 },
        { "5.4.17-2136.327.2.el8uek.x86_64", "x86_64", "linux-4.20", 16, 4 },
        { "5.15.167.4-microsoft-standard-WSL2", "x86_64", "linux-4.20", 16, 4 },
        { "5.18.0", "x86_64", "linux-5.18", 16, 4 },
        { "6.1.132-147.221.amzn2023.x86_64", "x86_64", "linux-5.18", 16, 4 },
        { "6.8.12-9-pve", "x86_64", "linux-5.18", 16, 4 },
        { "6.16.10-100.fc41.x86_64", "x86_64", "linux-5.18", 16, 4 },
        { "6.12.0-211.51.1.el10_2.x86_64", "x86_64", "linux-5.18", 16, 4 },
        { "7.0.0-44-generic", "x86_64", "linux-6.19", 16, 4 },
        { "7.1.5-arch1-1", "x86_64", "linux-6.19", 16, 4 },
        { "6.1.0-50-686-pae", "i686", "pages-call-rcu", 8, 4 },
        { "5.10.0-32-686-pae", "i686", "pages-early", 8, 4 },

        // Backports.
        { "4.18.0-553.22.1.el8_10.x86_64", "x86_64", "linux-4.20", 16, 4 },
        { "4.18.0-147.el8.x86_64", "x86_64", "linux-4.20", 16, 4 },
        { "5.14.0-130.el9.x86_64", "x86_64", "linux-4.20", 16, 4 },
        { "4.12.14-122.121-default", "x86_64", "linux-4.20", 16, 4 },
        { "4.12.14-lp150.12.28-default", "x86_64", "linux-4.20", 16, 4 },
        { "4.12.14-16.85-azure", "x86_64", "linux-4.20", 16, 4 },
        { "5.3.18-57-default", "x86_64", "linux-4.20", 16, 4 },
        { "6.4.0-150600.23.70-default", "x86_64", "linux-5.18", 16, 4 },

        // PREEMPT_RT.
        { "3.10.0-1127.10.1.rt56.1106.el7.x86_64", "x86_64", "pages-rcu", 8, 4 },
        { "4.18.0-305.19.1.rt7.91.el8_4.x86_64", "x86_64", "linux-rt-4.20", 16, 4 },
        { "4.18.0-240.rt7.54.el8.x86_64", "x86_64", "linux-rt-4.20", 16, 4 },
        { "5.10.0-32-rt-amd64", "x86_64", "linux-rt-5.10", 16, 4 },
        { "5.10.2-200.rt20.1.fc33.ccrma.x86_64+rt", "x86_64", "linux-rt-5.10", 16, 4 },
        { "5.14.0-70.13.1.rt21.83.el9_0.x86_64", "x86_64", "linux-rt-5.10", 16, 4 },
        { "5.14.0-427.13.1.el9_4.x86_64+rt", "x86_64", "linux-rt-5.10", 16, 4 },
        { "5.15.0-1032-realtime", "x86_64", "linux-rt-5.10", 16, 4 },
        { "5.4.81-rt45-v8+", "aarch64", "linux-rt-5.10", 16, 4 },
        { "4.9.253-rt168-tegra", "aarch64", "pages-rcu", 16, 4 },
        { "5.10.0-32-rt-686-pae", "i686", "pages-rcu", 8, 4 },
        { "5.10.0-32-rt-armmp", "armv7l", "pages-rcu", 8, 4 },
        { "5.17.1-rt17", "x86_64", "linux-5.18", 16, 4 },
        { "5.17.1-rt17", "i686", "pages-rcu", 8, 4 },
        { "6.0.5.14.realtime1-3-rt", "x86_64", "linux-5.18", 16, 4 },
        { "6.1.0-50-rt-amd64", "x86_64", "linux-5.18", 16, 4 },
        { "6.8.1-1015-realtime", "x86_64", "linux-5.18", 16, 4 },
        { "7.0.0-14-realtime", "x86_64", "linux-6.19", 16, 4 },

        // arm64: pages of 4, 16 and 64 KiB.
        { "4.9.299-tegra", "aarch64", "pages-rcu", 16, 4 },
        { "4.13.0", "aarch64", "pages-early", 16, 4 },
        { "4.14.0", "aarch64", "linux-4.12", 16, 4 },
        { "5.10.168-android12-9-00003-gc873b6b86254-ab10823632", "aarch64", "linux-4.20", 16, 4 },
        { "6.1.134-android14-11-g66e758f7d0c0-ab13748739", "aarch64", "linux-5.18", 16, 4 },
        { "6.6.102-android15-8-g6eb5b2a8c46b-ab14739656-4k", "aarch64", "linux-5.18", 16, 4 },
        { "5.15.108-18910-gab0e1cb584e1", "aarch64", "linux-4.20", 16, 4 },
        { "6.12.117+deb13-arm64-16k", "aarch64", "linux-5.18", 16, 16 },
        { "6.14.2-401.asahi.fc42.aarch64+16k", "aarch64", "linux-5.18", 16, 16 },
        { "6.12.47+rpt-rpi-2712", "aarch64", "linux-5.18", 16, 16 },
        { "6.12.34+rpt-rpi-v8", "armv8l", "linux-5.18", 16, 4 },
        { "5.14.0-570.73.1.el9_6.aarch64+64k", "aarch64", "linux-4.20", 64, 64 },
        { "5.3.18-150300.59.81-64kb", "aarch64", "linux-4.20", 64, 64 },
        { "6.12.0-39.el10.aarch64+64k", "aarch64", "linux-5.18", 64, 64 },
        { "4.18.0-553.22.1.el8_10.aarch64", "aarch64", "linux-4.20", 64, 64 },
        { "4.14.0-115.el7a.0.1.aarch64", "aarch64", "linux-4.12", 64, 64 },

        // 32-bit arm.
        { "5.10.103-v7l+", "armv7l", "pages-rcu", 8, 4 },
        { "5.16.0", "armv7l", "pages-early", 8, 4 },
        { "6.1.0-50-armmp-lpae", "armv7l", "linux-5.18", 8, 4 },
        { "6.12.47+rpt-rpi-v7l", "armv7l", "linux-5.18", 8, 4 },

        // Others.
        { "5.10.235-20250615-6+duos", "riscv64", "pages-early", 16, 4 },
        { "6.5.0-9-generic", "riscv64", "linux-5.18", 16, 4 },
        { "7.2.13+deb14-riscv64", "riscv64", "linux-6.19", 16, 4 },
        { "4.19.0-20-s390x", "s390x", "pages-early", 16, 4 },
        { "5.14.0-570.62.1.el9_6.s390x", "s390x", "linux-4.20", 16, 4 },
        { "6.1.0-31-s390x", "s390x", "linux-5.18", 16, 4 },
        { "3.10.0-1127.13.1.el7.ppc64le", "ppc64le", "pages-rcu", 16, 64 },
        { "4.18.0-80.7.2.el7.ppc64le", "ppc64le", "pages-rcu", 16, 64 },
        { "5.14.0-388.el9.ppc64le", "ppc64le", "pages-early", 16, 64 },
        { "6.1.0-50-powerpc64le", "ppc64le", "pages-call-rcu", 16, 64 },
        { "6.12.117+deb13-powerpc64le", "ppc64le", "pages-call-rcu", 32, 4 },
        { "6.12.117+deb13-powerpc64le-64k", "ppc64le", "pages-call-rcu", 32, 64 },
        { "6.1.0-50-powerpc", "ppc", "linux-5.18", 8, 4 },
        { "5.4.0-4-powerpc", "ppc", "pages-early", 8, 4 },
        { "5.0.0-1-powerpc", "ppc", "pages-rcu", 8, 4 },
        { "6.17.0-rc2+", "loongarch64", "pages-rcu", 16, 16 },
        { "7.2.13+deb14-loong64", "loongarch64", "pages-call-rcu", 16, 16 },
        { "6.1.0-50-5kc-malta", "mips64", "pages-rcu", 16, 4 },
        { "6.1.0-50-parisc64", "parisc64", "pages-call-rcu", 32, 4 },
        { "5.10.0-32-parisc64", "parisc64", "pages-rcu", 32, 4 },
        { "6.1.0-50-sparc64", "sparc64", "pages-rcu", 16, 8 },
        { "6.1.0-50-alpha-generic", "alpha", "pages-rcu", 16, 8 },
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_name_and_the_machine_tell_policy_and_sizes(string kernel, string machine, string policy, int stackKib, int pageKib)
    {
        RecordedKernel found = Of(kernel, machine);
        Assert.Equal((policy, stackKib * 1024, pageKib * 1024), (found.Policy, found.StackBytes, found.PageBytes));
        Assert.Equal(policy, PolicyCatalog.ByName(found.Policy!).Descriptor.Name);
        Assert.Matches("assumed|from the release alone", found.Reason);
    }

    // Converts a shell's patterns, separated by bars, to a regular expression.
    private static string AsRegex(string patterns) => patterns.Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.');

    [Fact]
    public void Every_row_decides_something_for_a_kernel_above_or_for_facts_below()
    {
        string[] names = [.. Kernels().Select(row => row.Data.Item1), "6.12.0"];
        string[] machines = [.. Kernels().Select(row => row.Data.Item2), "x86_64"];
        foreach (KernelRow row in KernelTable.Rows.Where(row => !row.Cells[4].Contains("kasan", StringComparison.Ordinal)))
        {
            Regex? machine = row.Cells[0] == "-" ? null : new($"^({AsRegex(row.Cells[0])})$");
            Regex? name = row.Cells[1] == "-" ? null : new($"(^|[-.+])({AsRegex(row.Cells[1])})($|[-.+])");
            bool isMet = names.Zip(machines).Any(kernel =>
                (machine is null || machine.IsMatch(kernel.Second))
                && (name is null || name.IsMatch(kernel.First))
                && (row.Cells[2] == "-" || IsAtLeast(kernel.First, row.Cells[2]))
                && (row.Cells[3] == "-" || !IsAtLeast(kernel.First, row.Cells[3])));
            Assert.True(isMet, string.Join(" | ", row.Cells));
        }
    }

    [Fact]
    public void Every_row_has_a_source_that_names_a_file_a_commit_or_a_release()
    {
        Assert.All(KernelTable.Rows, row => Assert.Equal(7, row.Cells.Length));
        Assert.All(KernelTable.Rows, row => Assert.Matches(@"v?\d+\.\d+|arch/|[0-9a-f]{12}|CONFIG_|EL|RHEL|Debian|PAGES|PREEMPT_RT|Linux", row.Source));
        Assert.All(KernelTable.Rows.Where(row => row.Cells[5].StartsWith("policy=", StringComparison.Ordinal)), row =>
            Assert.NotNull(PolicyCatalog.ByName(row.Cells[5]["policy=".Length..])));
    }

    [Theory]
    [InlineData("5.10.0-32-rt-amd64", "x86_64", "PREEMPT_RT and VMAP_STACK, since 5.4 and before 5.16; assumed from the release's name")]
    [InlineData("6.1.0-50-powerpc64le", "ppc64le", "no VMAP_STACK, since 5.18; assumed for ppc64le")]
    [InlineData("6.1.0-50-amd64", "", "VMAP_STACK, since 5.18 and before 6.19; assumed for x86_64: the trace names no machine")]
    [InlineData("4.8.17", "x86_64", "before 4.9; from the release alone")]
    public void The_reason_says_what_decided_and_how_it_is_known(string kernel, string machine, string reason) =>
        Assert.Equal(reason, Of(kernel, machine).Reason);

    [Fact]
    public void Facts_beat_the_table()
    {
        Assert.Equal(
            ("pages-call-rcu", "no VMAP_STACK, since 5.18; recorded"),
            PolicyOf("6.12.0", new() { VmapStack = false, ThreadInfoInTask = true, PreemptRt = false }));
        Assert.Equal(
            ("linux-rt-5.10", "PREEMPT_RT and VMAP_STACK, since 5.4 and before 5.16; recorded"),
            PolicyOf("5.10.221", new() { VmapStack = true, ThreadInfoInTask = true, PreemptRt = true }));

        // A misleading name.
        Assert.Equal("linux-4.20", PolicyOf("5.4.81-rt45-v8+", new() { PreemptRt = false }).Policy);
        Assert.Equal("pages-rcu", PolicyOf("6.12.0", new() { ThreadInfoInTask = false }).Policy);
    }

    [Theory]
    [InlineData("x86_64", 32)]
    [InlineData("aarch64", 32)]
    [InlineData("riscv64", 32)]
    [InlineData("s390x", 64)]
    [InlineData("armv7l", 16)]
    public void Kasan_makes_stacks_larger(string machine, int stackKib) =>
        Assert.Equal(stackKib * 1024, Of("6.12.0", machine, new() { Kasan = true }).StackBytes);

    [Fact]
    public void Recorded_sizes_count_and_align_follows_them()
    {
        RecordedKernel found = Of("6.12.0", "aarch64", new() { PageBytes = 65536 });
        Assert.Equal((65536, 131072, 65536), (found.StackBytes, found.StackAlignBytes, found.PageBytes));
        found = Of("6.12.0", "riscv64", new() { PageBytes = 4096, StackBytes = 8192 });
        Assert.Equal((8192, 16384, "recorded"), (found.StackBytes, found.StackAlignBytes, found.SizesReason));
        Assert.Equal(16384, Of("6.12.0", "x86_64").StackAlignBytes);
        Assert.Equal(32768, Of("6.12.0", "aarch64").StackAlignBytes);
        Assert.Equal("assumed for aarch64", Of("6.12.0", "aarch64").SizesReason);
        Assert.Equal("assumed from the release's name", Of("6.12.117+deb13-arm64-16k", "aarch64").SizesReason);
    }

    private static bool IsAtLeast(string kernel, string version) =>
        KernelRelease.Parse(kernel)!.Value.IsAtLeast(KernelRelease.Parse(version)!.Value.Major, KernelRelease.Parse(version)!.Value.Minor);

    private static (string? Policy, string Reason) PolicyOf(string kernel, KernelFacts facts)
    {
        RecordedKernel found = Of(kernel, "x86_64", facts);
        return (found.Policy, found.Reason);
    }

    private static RecordedKernel Of(string kernel, string machine, KernelFacts? facts = null) => KernelTable.Of(
        new TraceFacts { Format = "test", Kernel = kernel, Machine = machine, KernelFacts = facts ?? KernelFacts.Unknown });
}
