using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.TestKit;

namespace ForkTrace.Fuzz.Targets;

/// <summary>The file with the kernel's facts next to a recording.</summary>
internal sealed class KernelFactsTarget() : ConfigurationTarget("kernel-facts", typeof(IngestException))
{
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        File.ReadAllBytes(RepositoryFiles.SampleTrace($"kernels/ftrace_arm64.txt{KernelFacts.FileSuffix}")),
        Encoding.UTF8.GetBytes("""
            {"release": "6.12.0", "hz": 250, "rcu_lazy": null, "stack_bytes": 16384, "command_line": "a=\"\u00e4\\\"",
             "memoryless_nodes": [1, 2], "kstack_before": {"kstack_1k": 1}, "kstack_after": {"kstack_1k": 2}}
            """),
    ];

    protected override void Read(string path)
    {
        string facts = path + KernelFacts.FileSuffix;
        File.Copy(path, facts);
        try
        {
            KernelFacts read = KernelFactsFile.Read(path)!;
            KernelFactsJson.Parse(Encoding.UTF8.GetBytes(KernelFactsJson.Serialize(read)));
        }
        finally
        {
            File.Delete(facts);
        }
    }
}
