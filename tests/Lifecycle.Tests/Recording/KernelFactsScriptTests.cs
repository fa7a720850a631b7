using System.Diagnostics;
using System.Text;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Runs the shell lines that write a kernel's facts, on machines that are simulated with files.</summary>
public sealed class KernelFactsScriptTests : IDisposable
{
    private const string Threads = "0.10 0.20 0.30 1/150 4711\n";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forktrace-facts-");

    private string Recording => Path.Combine(_folder.FullName, "my trace.dat");

    private string FactsPath => Recording + KernelFacts.FileSuffix;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Everything_is_written()
    {
        Put("boot/config", "CONFIG_VMAP_STACK=y\nCONFIG_THREAD_INFO_IN_TASK=y\n# CONFIG_KASAN is not set\nCONFIG_HZ_300=y\nCONFIG_HZ=300\n"
            + "CONFIG_RCU_NOCB_CPU_DEFAULT_ALL=y\nCONFIG_MEMCG=y\n");
        Put("proc/cmdline", "root=\"a\\b\" rcu_nocbs=1-3\n");
        Put("proc/meminfo", "MemTotal: 1 kB\nKernelStack:        4736 kB\n");
        Put("proc/loadavg", Threads);
        Put("proc/vmstat", "nr_free 5\nkstack_1k 3\nkstack_rest 0\n");
        Put("sys/kernel/realtime", "1\n");
        Put("sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:  8 kB\n");
        Put("sys/devices/system/node/node12/meminfo", "Node 12 MemTotal:       0 kB\n");
        RecordingPlan plan = Plan(countsStackUse: true);
        Assert.Equal(0, Run(plan.Before[0]));
        KernelFacts before = Read();
        Assert.Equal(
            new KernelFacts
            {
                Release = before.Release,
                Machine = before.Machine,
                VmapStack = true,
                ThreadInfoInTask = true,
                PreemptRt = true,
                Hz = 300,
                RcuNocbCpu = false,
                RcuLazy = false,
                Kasan = false,
                Memcg = true,
                PageBytes = Environment.SystemPageSize,
                StackBytes = 32768,
                CommandLine = "root=\"a\\b\" rcu_nocbs=1-3",
                MemorylessNodes = before.MemorylessNodes,
                KstackBefore = before.KstackBefore,
            },
            before);
        Assert.Equal([12], before.MemorylessNodes!.Value);
        Assert.Equal(3, before.KstackBefore!["kstack_1k"]);

        Put("proc/vmstat", "kstack_1k 10\nkstack_rest 1\n");
        Assert.Equal(0, Run(Assert.Single(plan.After)));
        KernelFacts after = Read();
        Assert.Equal((10L, 1L, 3L), (after.KstackAfter!["kstack_1k"], after.KstackAfter["kstack_rest"], after.KstackBefore!["kstack_1k"]));
    }

    [Fact]
    public void What_cannot_be_read_is_unknown()
    {
        Put("proc/cmdline", "");
        Put("proc/meminfo", "KernelStack:  0 kB\n");
        Put("proc/loadavg", Threads);
        Assert.Equal(0, Run(Plan(countsStackUse: false).Before[0]));
        KernelFacts facts = Read();
        Assert.Equal((null, null, null, null), (facts.VmapStack, facts.Hz, facts.StackBytes, facts.KstackBefore));
        Assert.Equal(Environment.SystemPageSize, facts.PageBytes);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(64)]
    public void The_stack_size_is_told_though_threads_come_and_go(int stackKib)
    {
        Put("proc/cmdline", "");
        Put("proc/loadavg", Threads);
        foreach (int threads in (int[])[120, 150, 190])
        {
            Put("proc/meminfo", $"KernelStack: {threads * stackKib} kB\n");
            File.Delete(FactsPath);
            Assert.Equal(0, Run(Plan(countsStackUse: false).Before[0]));
            Assert.Equal(stackKib * 1024, Read().StackBytes);
        }
    }

    [Fact]
    public void A_file_that_is_there_is_not_overwritten()
    {
        Put("proc/cmdline", "");
        Put("proc/meminfo", "");
        Put("proc/loadavg", Threads);
        File.WriteAllText(FactsPath, "mine");
        Assert.NotEqual(0, Run(Plan(countsStackUse: false).Before[0]));
        Assert.Equal("mine", File.ReadAllText(FactsPath));
    }

    private RecordingPlan Plan(bool countsStackUse)
    {
        RecordingMachine machine = new()
        {
            Kernel = "6.12.0",
            Architecture = "x86_64",
            Cpus = 2,
            IsPrivileged = true,
            CountsStackUse = countsStackUse,
        };
        return RecordingPlanner.Plan(machine, new RecordingRequest { Output = Recording, Tool = RecordingTool.Perf });
    }

    // The same lines, with the folder instead of the root.
    private int Run(string lines)
    {
        string moved = lines.Replace("/proc/", $"{_folder.FullName}/proc/", StringComparison.Ordinal)
            .Replace("/sys/", $"{_folder.FullName}/sys/", StringComparison.Ordinal)
            .Replace("/boot/config-$(uname -r)", $"{_folder.FullName}/boot/config", StringComparison.Ordinal);
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", moved]) { RedirectStandardError = true })!;
        shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode;
    }

    private KernelFacts Read() => KernelFactsJson.Parse(File.ReadAllBytes(FactsPath));

    private void Put(string path, string content)
    {
        string full = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content, new UTF8Encoding(false));
    }
}
