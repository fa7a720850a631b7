using System.Text;
using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary><c>--probe-map</c>: the meaning of a user's own probes.</summary>
public sealed class ProbeMapTests : IDisposable
{
    // The project's own probes, in the form for a user's probes.
    private const string Map = """
        [[probe]]
        event = "gt:vmalloc"
        means = "stack-mapped"
        where = "size == 16384 && align >= 0x4000"

        [[probe]]
        event = "gt:put"
        means = "stack-released"
        where = "ref == 1"
        tid = "pid"

        [[probe]]
        event = "gt:crcu"
        means = "callback-queued"

        [[probe]]
        event = "ftrace:function"
        means = "callback-ran"
        where = "ip == thread_stack_free_rcu"
        """;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("prefork.dat")]
    [InlineData("pthread.dat")]
    public void The_recordings_own_probes_give_the_same_verdict_by_a_map(string recording)
    {
        string path = RepositoryFiles.SampleTrace($"vm-6.1/{recording}");
        string[] validate = ["validate", path, "--evidence", "standard", "--evidence", "callbacks", "--json"];
        ToolOutcome known = Tool.Run(_folder.Path, validate);
        ToolOutcome mapped = Validate(Map, validate);
        Assert.Equal((0, known.Out), (mapped.Code, mapped.Out));
        Assert.Equal(2, JsonDocument.Parse(mapped.Out).RootElement.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public void Where_there_is_a_map_nothing_else_tells_the_truth()
    {
        ToolOutcome none = Validate(Map.Replace("16384", "12288", StringComparison.Ordinal), Prefork());
        Assert.Equal(3, none.Code);
        Assert.Equal(
            "forktrace: prefork.dat does not show what its kernel did, hit or miss: no event of it meets the conditions. A probe map says "
            + "what the kernel's stack cache did: gt:vmalloc means stack-mapped; gt:put means stack-released; gt:crcu means callback-queued; "
            + "ftrace:function means callback-ran.\n",
            none.Error);

        // With the reverse meaning, the replay is wrong where it was right.
        string cached = Map.Replace("stack-mapped", "stack-cached", StringComparison.Ordinal);
        JsonElement turned = Result(Validate(cached, [.. Prefork(), "--json"]));
        JsonElement right = Result(Tool.Run(_folder.Path, [.. Prefork(), "--json"]));
        Assert.Equal(1 - right.GetProperty("agreement").GetDouble(), turned.GetProperty("agreement").GetDouble(), 1e-9);
        Assert.Equal(1 - right.GetProperty("true_hit_rate").GetDouble(), turned.GetProperty("true_hit_rate").GetDouble(), 1e-9);
    }

    [Fact]
    public void What_ingest_read_by_a_map_is_validated_without_it()
    {
        _folder.Put("probes.toml", Encoding.UTF8.GetBytes(Map));
        string recording = RepositoryFiles.SampleTrace("vm-6.1/prefork.dat");
        Assert.Equal(0, Tool.Run(_folder.Path, "ingest", recording, "--probe-map", "probes.toml", "-o", "mapped.arrow").Code);
        ToolOutcome mapped = Tool.Run(_folder.Path, "validate", "mapped.arrow", "--json");
        Assert.Equal(Tool.Run(_folder.Path, "validate", recording, "--json").Out, mapped.Out);
        ToolOutcome twice = Tool.Run(_folder.Path, "validate", "mapped.arrow", "--probe-map", "probes.toml");
        Assert.Equal(
            (2, "forktrace: mapped.arrow is an event file, whose probes have been read: give --probe-map to forktrace ingest\n"),
            (twice.Code, twice.Error));
    }

    [Fact]
    public void A_text_is_mapped_like_the_recording_that_it_was_printed_from()
    {
        _folder.Put("probes.toml", Encoding.UTF8.GetBytes(Map));
        string text = RepositoryFiles.SampleTrace("vm-6.1/prefork.report_t_head.txt.zst");
        JsonElement known = Kinds(Tool.Run(_folder.Path, "ingest", text, "-o", "known.arrow", "--json"));
        JsonElement mapped = Kinds(Tool.Run(_folder.Path, "ingest", text, "--probe-map", "probes.toml", "-o", "mapped.arrow", "--json"));
        Assert.True(known.GetProperty("probe_vmalloc").GetInt64() > 0);
        foreach (string kind in (string[])["probe_vmalloc", "probe_call_rcu", "newtask", "task_alloc", "death_switch", "free"])
            Assert.Equal(known.GetProperty(kind).GetInt64(), mapped.GetProperty(kind).GetInt64());
        Assert.Equal(known.GetProperty("function_stack_rcu").GetInt64(), mapped.GetProperty("probe_stack_rcu").GetInt64());
        Assert.False(mapped.TryGetProperty("function_vfree", out _));
    }

    [Fact]
    public void Fields_say_which_thread_and_which_cpu_a_probe_is_about()
    {
        _folder.Put(
            "trace.txt",
            """
            # tracer: nop
                   a-10    [000] .....     1.000100: kmem_cache_alloc: call_site=x ptr=y bytes_req=9792 bytes_alloc=9792
                   a-10    [000] .....     1.000110: miss: (ffffffff81000000) on=1 who=77
                   a-10    [000] .....     1.000120: miss: (ffffffff81000000) on=7 who=78
                   a-10    [001] .....     1.000200: task_newtask: pid=11 comm=a clone_flags=1200011 oom_score_adj=0
            """u8);
        _folder.Put("probes.toml", "[[probe]]\nevent = \"my:miss\"\nmeans = \"stack-mapped\"\ntid = \"who\"\ncpu = \"on\"\n"u8);
        ToolOutcome ingested = Tool.Run(_folder.Path, "ingest", "trace.txt", "--probe-map", "probes.toml", "-o", "t.arrow", "--json");
        Assert.True(ingested.Code == 0, ingested.Error);
        string csv = Tool.Run(_folder.Path, "export", "t.arrow", "--as", "csv", "-o", "-").Out;
        string[] rows = [.. csv.Split('\n').Where(line => line.Contains("probe_vmalloc", StringComparison.Ordinal))];
        Assert.Equal(2, rows.Length);
        Assert.Contains(",1,probe_vmalloc,", rows[0], StringComparison.Ordinal);
        Assert.Contains(",77,", rows[0], StringComparison.Ordinal);

        // There is no CPU 7, so the row stays on the CPU where it was recorded.
        Assert.Contains(",0,probe_vmalloc,", rows[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "probes.toml has no tables [[probe]]; it must have 1 to 1000")]
    [InlineData("probes = 1", "probes.toml: there is no 'probes'; allowed are tables [[probe]]")]
    [InlineData("[[probe]]\nmeans = 'stack-mapped'", "probes.toml: probe 1 has no 'event'; it must be SYSTEM:NAME")]
    [InlineData(
        "[[probe]]\nevent = 'vmalloc'\nmeans = 'stack-mapped'",
        "probes.toml: probe 1: the event is 'vmalloc'; it must be SYSTEM:NAME, as 'perf list' and tracefs have it")]
    [InlineData(
        "[[probe]]\nevent = 'a:b'\nmeans = 'miss'",
        "probes.toml: probe 1 (a:b) means 'miss'; allowed are stack-mapped, stack-cached, stack-released, callback-queued, callback-ran")]
    [InlineData(
        "[[probe]]\nevent = 'a:b'\nmeans = 'stack-mapped'\ncomm = 'x'",
        "probes.toml: probe 1 has 'comm'; allowed are event, means, where, tid, cpu")]
    [InlineData(
        "[[probe]]\nevent = 'a:b'\nmeans = 'stack-mapped'\n[[probe]]\nevent = 'a:b'\nmeans = 'stack-cached'\nwhere = 'size = 3'",
        "probes.toml: probe 2 (a:b): 'size = 3' is not a condition; allowed is FIELD OPERATOR VALUE, joined by &&, with == != < <= > >= & and "
        + "a number (0x for hexadecimal) or the name of a kernel function")]
    [InlineData(
        "[[probe]]\nevent = 'a:b'\nmeans = 'stack-mapped'\nwhere = 'size == 99999999999999999999'",
        "probes.toml: probe 1 (a:b): 'size == 99999999999999999999' compares with 99999999999999999999; allowed are 64-bit numbers")]
    [InlineData(
        "[[probe]]\nevent = 'a:b'\nmeans = 'stack-mapped'\nwhere = 'ip < vfree'",
        "probes.toml: probe 1 (a:b): 'ip < vfree' compares with the function vfree; allowed are == and !=")]
    [InlineData(
        "[[probe]]\nevent = 'a:b'\nmeans = 'stack-mapped'\ntid = 7",
        "probes.toml: probe 1 (a:b): 'tid' is no text (7); it must be a text")]
    [InlineData(
        "[[probe]]\nevent = 'sched:sched_switch'\nmeans = 'stack-mapped'",
        "probes.toml: probe 1 (sched:sched_switch): a replay looks at this event, so it cannot judge one; allowed are events that no replay "
        + "looks at")]
    [InlineData(
        "[[probe]]\nevent = 'a:b'\nmeans = 'callback-ran'",
        "probes.toml: no probe means stack-mapped or stack-cached; without one no fork can be judged")]
    public void A_bad_map_is_rejected_with_place_found_and_allowed(string map, string message)
    {
        ToolOutcome outcome = Validate(map, Prefork());
        Assert.Equal((2, $"forktrace: {message}\n"), (outcome.Code, outcome.Error));
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("a:b", "size == 1", "probes.toml maps the event a:b, but the trace has no event of that name, nor any other event of a")]
    [InlineData(
        "gt:vmallok", "size == 1",
        "probes.toml maps the event gt:vmallok, but the trace has no event of that name; events of gt are dup, vmalloc, newt, put, crcu, srcu, "
        + "vfree, dput, ftask")]
    [InlineData(
        "gt:vmalloc", "bytes == 1",
        "probes.toml reads the field 'bytes' of gt:vmalloc, which is not a number there; its numbers are common_type, common_flags, "
        + "common_preempt_count, common_pid, __probe_ip, size, align, caller")]
    [InlineData(
        "gt:vmalloc", "caller == no_such_function",
        "probes.toml names the function no_such_function, but the trace's kallsyms gives no address for it (no such function, or "
        + "kernel.kptr_restrict hid it while recording)")]
    public void A_map_that_does_not_fit_the_recording_is_rejected(string name, string where, string message)
    {
        ToolOutcome outcome = Validate($"[[probe]]\nevent = '{name}'\nmeans = 'stack-mapped'\nwhere = '{where}'", Prefork());
        Assert.Equal(3, outcome.Code);
        Assert.EndsWith($"prefork.dat: {message}\n", outcome.Error, StringComparison.Ordinal);
    }

    private static string[] Prefork() => ["validate", RepositoryFiles.SampleTrace("vm-6.1/prefork.dat")];

    private static JsonElement Result(ToolOutcome outcome) => JsonDocument.Parse(outcome.Out).RootElement.GetProperty("results")[0];

    private static JsonElement Kinds(ToolOutcome outcome) =>
        JsonDocument.Parse(outcome.Out).RootElement.GetProperty("events").GetProperty("by_kind");

    private ToolOutcome Validate(string map, string[] validate)
    {
        _folder.Put("probes.toml", Encoding.UTF8.GetBytes(map));
        return Tool.Run(_folder.Path, [.. validate, "--probe-map", "probes.toml"]);
    }
}
