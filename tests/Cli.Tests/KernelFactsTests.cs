using System.Text;
using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The facts about a recorded kernel, in the output of the commands.</summary>
public sealed class KernelFactsTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Inspect_shows_what_was_recorded()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "inspect", RepositoryFiles.SampleTrace("kernels/ftrace_arm64-16k.txt.zst"));
        Assert.Contains("kernel      6.12.117+deb12-arm64-16k aarch64, 2 CPUs", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("linux is    linux-5.18 (VMAP_STACK, since 5.18 and before 6.19; recorded)", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("stacks      16 KiB aligned to 32 KiB, pages of 16 KiB", outcome.Out, StringComparison.Ordinal);
        Assert.Contains(
            "built with  VMAP_STACK, THREAD_INFO_IN_TASK, no PREEMPT_RT, RCU_NOCB_CPU, RCU_LAZY, no KASAN, MEMCG, HZ=250\n",
            outcome.Out,
            StringComparison.Ordinal);
        Assert.Contains("booted with console=ttyAMA0 quiet", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_says_what_is_assumed()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "inspect", RepositoryFiles.SampleTrace("formats/perf_file.data"));
        Assert.Contains("VMAP_STACK, since 5.18 and before 6.19; assumed for x86_64", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("built with  not recorded", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_says_why_and_the_database_keeps_it()
    {
        string recording = RepositoryFiles.SampleTrace("kernels/ftrace_ppc64le-64k.txt.zst");
        ToolOutcome outcome = Tool.Run(_folder.Path, "run", recording, "--policy", "linux", "--db", "r.duckdb", "--json");
        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        JsonElement row = document.RootElement.GetProperty("results")[0];
        Assert.Equal("pages-call-rcu", row.GetProperty("policy").GetString());
        Assert.Equal("no VMAP_STACK, since 5.18; recorded", row.GetProperty("reason").GetString());
        ToolOutcome stored = Tool.Run(
            _folder.Path, "query", "r.duckdb",
            "SELECT policy, reason, stack_bytes, page_bytes, facts LIKE '%ppc64le%' FROM kernels", "--format", "csv");
        Assert.Contains("pages-call-rcu,\"no VMAP_STACK, since 5.18; recorded\",32768,65536,true", stored.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Scrubbing_drops_the_command_line_and_keeps_the_rest()
    {
        string recording = RepositoryFiles.SampleTrace("kernels/ftrace_s390x.txt.zst");
        Assert.Equal(0, Tool.Run(_folder.Path, "ingest", recording, "--scrub", "drop", "-o", "s.arrow").Code);
        using JsonDocument document = JsonDocument.Parse(Tool.Run(_folder.Path, "inspect", "s.arrow", "--json").Out);
        JsonElement facts = document.RootElement.GetProperty("kernel_facts");
        Assert.Equal(JsonValueKind.Null, facts.GetProperty("command_line").ValueKind);
        Assert.Equal((250, true), (facts.GetProperty("hz").GetInt32(), facts.GetProperty("vmap_stack").GetBoolean()));
    }

    [Fact]
    public void A_damaged_file_is_a_rejection_in_one_line()
    {
        File.Copy(RepositoryFiles.SampleTrace("formats/perf_file.data"), _folder.Of("perf.data"));
        _folder.Put("perf.data.kernel.json", Encoding.UTF8.GetBytes("""{"hz": "often"}"""));
        ToolOutcome outcome = Tool.Run(_folder.Path, "inspect", "perf.data");
        Assert.Equal(3, outcome.Code);
        Assert.Equal(
            "forktrace: perf.data.kernel.json should say how the kernel of perf.data was built ('forktrace record' writes it), but is"
            + " damaged: 'hz' must be a whole number from 1 to 10000, or null. Repair it, or remove it; then only the kernel's"
            + " release is used\n",
            outcome.Error);
    }
}
