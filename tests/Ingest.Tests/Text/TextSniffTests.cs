using System.Text;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Text;

public sealed class TextSniffTests
{
    private static readonly string[] s_endings = [".txt.zst", ".data", ".data.zst", ".dat", ".dat.zst"];

    public static TheoryData<string> Samples { get; } =
    [
        .. Directory.GetFiles(RepositoryFiles.SampleTrace(""), "*", SearchOption.AllDirectories)
            .Where(path => s_endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(RepositoryFiles.SampleTrace(""), path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Exactly_one_format_knows_a_sample(string path)
    {
        using Input.TraceInput input = Opening.TraceOpener.Open(RepositoryFiles.SampleTrace(path));
        byte[] prefix = input.SliceUpTo(0, FormatCatalog.PrefixBytes).ToArray();
        ITraceFormat[] claims = [.. FormatCatalog.All.Where(format => format.Sniff(prefix))];
        string name = Path.GetFileName(path);
        string expected = name.Contains(".report", StringComparison.Ordinal) ? "trace-cmd-report"
            : name.Contains(".script", StringComparison.Ordinal) ? "perf-script"
            : name.StartsWith("ftrace", StringComparison.Ordinal) || name.Contains(".function_graph", StringComparison.Ordinal) ? "ftrace-text"
            : name.Contains(".data", StringComparison.Ordinal) ? "perf.data" : "trace.dat";
        Assert.Equal([expected], claims.Select(format => format.Descriptor.Name));
    }

    [Theory]
    [InlineData("              sh-128     [000] .....   220.236263: task_newtask: pid=9 comm=sh clone_flags=0", "ftrace-text")]
    [InlineData("sh-128 [000] 220.236263: task_newtask: pid=9 comm=sh clone_flags=0 oom_score_adj=0", "ftrace-text")]
    [InlineData("CPU:1 [LOST 22 EVENTS]", "ftrace-text")]
    [InlineData("CPU:1 [22 EVENTS DROPPED]", "trace-cmd-report")]
    [InlineData("version = 7\ncpus=2", "trace-cmd-report")]
    [InlineData("              :-1    -1 [000]    11.589568:  sched:sched_process_free: comm=x pid=5 prio=120", "perf-script")]
    [InlineData("            ] -77 [0]  -5 [000]    11.589568:  sched:sched_process_free: comm=x pid=5 prio=120", "perf-script")]
    [InlineData("         swapper     0 [000]     0.000000: PERF_RECORD_FORK(1:1):(0:0)", "perf-script")]
    [InlineData("            java 25607 4794564.109216:     250000 cycles: ", "perf-script")]
    [InlineData("            java 25607 [001] 4794564.109216: page-faults: ", "perf-script")]
    [InlineData("capturing trace... done\nTRACE:\n# tracer: nop\n#", "ftrace-text")]
    public void Lines_without_a_header_are_distinguished(string text, string format)
    {
        byte[] prefix = Encoding.Latin1.GetBytes(text);
        Assert.Equal([format], FormatCatalog.All.Where(each => each.Sniff(prefix)).Select(each => each.Descriptor.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("hello, world\n")]
    [InlineData("{\"traceEvents\":[]}")]
    [InlineData("<!DOCTYPE html><html><body>news</body></html>")]
    [InlineData("Nov 22 12:01:13 host kernel: [   11.589568] usb 1-1: new device\n")]
    public void Other_texts_are_nobodys(string text)
    {
        byte[] prefix = Encoding.Latin1.GetBytes(text);
        Assert.DoesNotContain(FormatCatalog.All, format => format.Sniff(prefix));
    }
}
