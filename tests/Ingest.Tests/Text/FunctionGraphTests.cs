using System.Text;
using ForkTrace.Events.Calls;
using ForkTrace.Ingest.Formats.Text.FunctionGraph;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.Ingest.Tests.Inputs;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>Text of the function_graph tracer: calls with their durations and callers.</summary>
public sealed class FunctionGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("# tracer: function_graph\n#\n", true)]
    [InlineData(" 0)   9.297 us    |  copy_process();\n", true)]
    [InlineData("\n   43.127443 |   0)     sh-128     |               |  kernel_clone() {\n", true)]
    [InlineData(" 0)     sh-128     =>    wl-14152\n", true)]
    [InlineData("            bash-84700   [000] .... 24913.120041: sys_read(fd: 1)\n", false)]
    [InlineData("1) a list\n", false)]
    public void The_text_is_known_by_its_header_or_its_first_line(string text, bool isIt)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(isIt, FunctionGraphReader.Sniff(bytes));
        IngestException? rejection = TemporaryTrace.Rejection(bytes);
        Assert.Equal(isIt, rejection?.Message.Contains("'forktrace calibrate' reads it", StringComparison.Ordinal) ?? false);
    }

    // Counts from grep -c with 'copy_process();', '} /* copy_process', '__vmalloc_node_range();', ');$' and '{$'.
    [Fact]
    public void A_real_text_has_as_many_calls_as_grep_counts()
    {
        using TraceInput input = TraceOpener.Open(RepositoryFiles.SampleTrace("vm-6.1/pthread.function_graph.txt.zst"));
        Assert.True(FunctionGraphReader.Sniff(input.SliceUpTo(0, 100)));
        FunctionCalls trace = FunctionGraphReader.Read(input);
        Assert.Empty(trace.Facts.Issues);
        Assert.Equal(2, trace.Facts.Cpus);
        HashSet<int> callers = [.. trace.Calls.Select(call => call.Caller)];
        (FunctionCall Call, bool IsLeaf)[] forks =
        [
            .. trace.Calls.Select((call, index) => (call, !callers.Contains(index)))
                .Where(one => one.call.Function == trace.IndexOf("copy_process")),
        ];
        Assert.Equal(10, forks.Count(fork => fork.IsLeaf));
        Assert.Equal(69, forks.Count(fork => !fork.IsLeaf && fork.Call.DurationNs >= 0));
        FunctionCall[] mappings = [.. trace.Calls.Where(call => call.Function == trace.IndexOf("__vmalloc_node_range"))];
        Assert.Equal(69, mappings.Length);
        Assert.All(mappings, mapping => Assert.Equal("copy_process", trace.Functions[trace.Calls[mapping.Caller].Function]));
        Assert.Equal(746 + 494, trace.Calls.Length);
        Assert.All(trace.Calls.Where(call => call.Caller >= 0 && call.DurationNs >= 0 && trace.Calls[call.Caller].DurationNs >= 0), call =>
            Assert.InRange(call.DurationNs, 0, trace.Calls[call.Caller].DurationNs));
    }

    [Theory]
    [InlineData("    1.000010 |   0)     wl-5     | + 21.400 us   |  f();", 5, 1_000_010_000, 21_400)]
    [InlineData("   1.000010 |   0)     wl-5     |  d..1 | # 1021.4 us   |  f();", 5, 1_000_010_000, 1_021_400)]
    [InlineData(" 0)   a-b-77    |   0.812 us    |  f [mod]();", 77, -1, 812)]
    [InlineData(" 0)   0.812 us    |  f();", -1, -1, 812)]
    [InlineData(" 0) $ 1000001.5 us |  f(flags=0x1|0x2);", -1, -1, 1_000_001_500)]
    public void Columns_may_be_there_or_not(string line, int tid, long beginNs, long durationNs)
    {
        FunctionCall call = Assert.Single(Read(line).Calls);
        Assert.Equal((tid, beginNs, durationNs, -1), (call.Tid, call.BeginNs, call.DurationNs, call.Caller));
    }

    [Fact]
    public void A_call_continues_when_its_thread_runs_again_and_is_marked()
    {
        FunctionCalls trace = Read(
            """
             0)    a-1    |               |  f() {
             ------------------------------------------
             0)    a-1     =>    b-2
             ------------------------------------------

             0)    b-2    |               |  f() {
             0)    b-2    |   1.000 us    |    g();
             0)    b-2    |   3.000 us    |  }
             0)    b-2     =>    a-1
             0)    a-1    |   2.000 us    |    g();
             0)    a-1    |   9.000 us    |  } /* f */
             0)    a-1    |               |  f() {
             0)   ==========> |
             0)   <========== |
             0)    a-1    |   4.000 us    |  } /* f */
            """);
        Assert.Equal([9000, 3000, 1000, 2000, 4000], trace.Calls.Select(call => call.DurationNs));
        Assert.Equal([-1, -1, 1, 0, -1], trace.Calls.Select(call => call.Caller));
        Assert.Equal([true, false, false, false, true], trace.Calls.Select(call => call.IsDisturbed));
    }

    [Fact]
    public void Ends_of_calls_that_began_before_the_text_or_in_a_gap_are_not_calls()
    {
        FunctionCalls trace = Read(
            """
             0)    a-1    |   3.000 us    |  } /* f */
             0)    a-1    |               |  f() {
            CPU:0 [LOST 12 EVENTS]
             0)    a-1    |   5.000 us    |  } /* g */
             1)  <idle>-0 |               |  f() {
             0)  <idle>-0 |   1.000 us    |  g();
             1)  <idle>-0 |   2.000 us    |  } /* f */
            """);
        Assert.Equal([-1, 2000, 1000], trace.Calls.Select(call => call.DurationNs));
        Assert.All(trace.Calls, call => Assert.Equal(-1, call.Caller));
        Assert.Equal(12, trace.Facts.Lost);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 0)   99999999999999999999999999 us    |  f();")]
    [InlineData(" 0)  |  |  |")]
    [InlineData(" 99999)   0.812 us    |  f();")]
    [InlineData(" -1)   0.812 us    |  f();")]
    [InlineData(" 0)   0.812 us    |  }")]
    public void What_holds_no_call_is_rejected(string line)
    {
        IngestException rejection = Assert.Throws<IngestException>(() => Read(line));
        Assert.Equal("the function_graph text has no call with both its beginning and its end", rejection.Message);
    }

    [Fact]
    public void Any_cut_and_any_changed_byte_is_read_or_rejected()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            "# tracer: function_graph\n    1.000010 |   0)     wl-5     | + 21.400 us   |  f();\n"
            + "    1.000020 |   0)     wl-5     |               |  g() {\n    1.000030 |   0)     wl-5     | + 11.400 us   |  } /* g */\n");
        Random random = new(3);
        for (int turn = 0; turn < 400; turn++)
        {
            byte[] changed = text[..random.Next(30, text.Length)];
            changed[random.Next(25, changed.Length)] = (byte)random.Next(256);
            try
            {
                Assert.InRange(ReadBytes(changed).Calls.Length, 1, 2);
            }
            catch (IngestException rejection)
            {
                Assert.Equal("no_calls", rejection.Code);
            }
        }
    }

    private FunctionCalls Read(string body) => ReadBytes(Encoding.UTF8.GetBytes($"# tracer: function_graph\n#\n{body}\n"));

    private FunctionCalls ReadBytes(byte[] bytes)
    {
        string path = Path.Combine(_folder.Path, "graph.txt");
        File.WriteAllBytes(path, bytes);
        using TraceInput input = TraceOpener.Open(path);
        return FunctionGraphReader.Read(input);
    }
}
