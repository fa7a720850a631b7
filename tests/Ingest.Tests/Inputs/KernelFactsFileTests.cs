using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>The file next to a recording with the facts about its kernel.</summary>
public sealed class KernelFactsFileTests : IDisposable
{
    private const string Line = "          sh-1       [000] .....     5.000001: sched_process_exit: comm=sh pid=1 prio=120\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("trace.txt", "trace.txt.kernel.json")]
    [InlineData("trace.txt.zst", "trace.txt.kernel.json")]
    [InlineData("trace.txt.zst", "trace.txt.zst.kernel.json")]
    [InlineData("trace.tar.gz", "trace.kernel.json")]
    public void It_is_found_next_to_a_recording_packed_or_not(string recording, string facts)
    {
        string path = Recording(recording);
        Put(facts, """{"release": "5.10.0-32-rt-amd64", "machine": "x86_64", "preempt_rt": true, "page_bytes": 4096, "of_the_future": [1]}""");
        using EventTable events = TraceReader.Read(path);
        Assert.Equal(("5.10.0-32-rt-amd64", "x86_64"), (events.Facts.Kernel, events.Facts.Machine));
        Assert.Equal((true, 4096, null), (events.Facts.KernelFacts.PreemptRt, events.Facts.KernelFacts.PageBytes, events.Facts.KernelFacts.Kasan));
    }

    [Fact]
    public void It_travels_in_the_event_file()
    {
        string path = Recording("trace.txt");
        Put("trace.txt.kernel.json", """
            {"release": "6.12.0", "hz": 300, "vmap_stack": false, "stack_bytes": 32768, "stack_align_bytes": 65536, "memoryless_nodes": [2, 3],
             "command_line": "quiet \"a b\"", "kstack_before": {"kstack_1k": 5}, "kstack_after": {"kstack_1k": 9, "kstack_rest": 1}}
            """);
        using EventTable events = TraceReader.Read(path);
        EventFile.Write(events, _folder.Of("trace.arrow"));
        using EventTable stored = EventFile.Open(_folder.Of("trace.arrow"));
        KernelFacts facts = stored.Facts.KernelFacts;
        Assert.Equal((300, false, 32768, 65536), (facts.Hz, facts.VmapStack, facts.StackBytes, facts.StackAlignBytes));
        Assert.Equal("quiet \"a b\"", facts.CommandLine);
        Assert.Equal([2, 3], facts.MemorylessNodes!.Value);
        Assert.Equal((5L, 9L, 1L), (facts.KstackBefore!["kstack_1k"], facts.KstackAfter!["kstack_1k"], facts.KstackAfter["kstack_rest"]));
        Assert.Equal(KernelFactsJson.Serialize(events.Facts.KernelFacts), KernelFactsJson.Serialize(facts));
    }

    [Fact]
    public void Without_it_nothing_is_known()
    {
        using EventTable events = TraceReader.Read(Recording("trace.txt"));
        Assert.Same(KernelFacts.Unknown, events.Facts.KernelFacts);
        Assert.DoesNotContain("kernel_facts", TraceFactsJson.Serialize(events.Facts), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "valid JSON")]
    [InlineData("[]", "Array")]
    [InlineData("""{"hz": 0}""", "'hz' must be a whole number from 1 to 10000, or null")]
    [InlineData("""{"hz": "250"}""", "'hz' must be")]
    [InlineData("""{"vmap_stack": 1}""", "'vmap_stack' must be true, false or null")]
    [InlineData("""{"page_bytes": 5000}""", "'page_bytes' must be a power of two")]
    [InlineData("""{"stack_bytes": 1073741824}""", "'stack_bytes' must be a whole number from 4096 to 1048576")]
    [InlineData("""{"release": 5}""", "'release' must be a text")]
    [InlineData("""{"command_line": "\ud800"}""", "not valid Unicode")]
    [InlineData("""{"kstack_before": {"\ud800": 1}}""", "not valid Unicode")]
    [InlineData("""{"memoryless_nodes": [-1]}""", "'memoryless_nodes' must be")]
    [InlineData("""{"kstack_before": {"kstack_1k": -1}}""", "'kstack_before' must be")]
    public void Damage_is_rejected_with_the_place(string content, string message)
    {
        string path = Recording("trace.txt");
        Put("trace.txt.kernel.json", content);
        IngestException rejection = Assert.Throws<IngestException>(() => TraceReader.Read(path));
        Assert.Equal("kernel_facts", rejection.Code);
        Assert.StartsWith(_folder.Of("trace.txt.kernel.json"), rejection.Message, StringComparison.Ordinal);
        Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
        Assert.Contains("remove it", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_size_is_bounded()
    {
        string path = Recording("trace.txt");
        Put("trace.txt.kernel.json", "{}" + new string(' ', 70_000));
        Assert.Contains(
            "larger than 65536 bytes", Assert.Throws<IngestException>(() => TraceReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_of_another_kernel_are_not_used()
    {
        File.Copy(RepositoryFiles.SampleTrace("formats/perf_file.data"), _folder.Of("perf.data"));
        Put("perf.data.kernel.json", """{"release": "5.10.0-32-rt-amd64", "preempt_rt": true}""");
        using EventTable events = TraceReader.Read(_folder.Of("perf.data"));
        Assert.Same(KernelFacts.Unknown, events.Facts.KernelFacts);
        ImportIssue issue = Assert.Single(events.Facts.Issues, issue => issue.Code == "other_kernel_facts");
        Assert.Contains("5.10.0-32-rt-amd64", issue.Message, StringComparison.Ordinal);
    }

    private string Recording(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes("# tracer: nop\n" + Line);
        return _folder.Put(name, name.EndsWith(".zst", StringComparison.Ordinal) ? ZstdFrames.Pack(text) : text);
    }

    private void Put(string name, string content) => _folder.Put(name, Encoding.UTF8.GetBytes(content));
}
