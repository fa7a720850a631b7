using ForkTrace.Events;
using ForkTrace.Ingest.Tests.PerfData;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>Texts that were joined with cat are reported as several recordings, and never read as one without an issue.</summary>
public sealed class SeveralTextsTests
{
    private const string FtraceHeader = "# tracer: nop\n#\n# entries-in-buffer/entries-written: 10/10   #P:2\n#\n";
    private const string ScriptHeader = "# ========\n# captured on    : Sun Nov 22\n# os release : 6.1.0\n# ========\n#\n";

    [Theory]
    [InlineData("ftrace", FtraceHeader)]
    [InlineData("report", "cpus=2\n")]
    [InlineData("report", "version = 6\ncpus=2\n")]
    [InlineData("script", ScriptHeader)]
    public void Behind_a_second_header_nothing_is_read(string form, string header)
    {
        string first = header + Lines(form, 10, [0, 1]);
        using EventTable table = TextFile.ReadText(first + header + Lines(form, 5, [0, 1]));
        Assert.Equal(10, table.Count);
        ImportIssue issue = Recordings.Issue(table, "several_recordings");
        int line = first.Count(letter => letter == '\n') + 1;
        Assert.Equal(IssueSeverity.DataLoss, issue.Severity);
        Assert.Contains($"begins in line {line} and was not read", issue.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftrace")]
    [InlineData("script")]
    public void Without_headers_times_that_begin_again_tell(string form)
    {
        using EventTable table = TextFile.ReadText(Lines(form, 10, [0, 1]) + Lines(form, 10, [0, 1]));
        Assert.Equal(1, Recordings.Issue(table, "several_recordings").Count);
    }

    /// <summary>cat per_cpu/cpu*/trace gives one recording, with a header for each CPU.</summary>
    [Fact]
    public void Texts_of_a_cpu_each_are_one_recording()
    {
        using EventTable table = TextFile.ReadText(FtraceHeader + Lines("ftrace", 10, [0]) + FtraceHeader + Lines("ftrace", 10, [1]));
        Assert.Equal(20, table.Count);
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void A_clock_that_steps_back_is_not_a_second_recording()
    {
        string lines = Lines("ftrace", 10, [0, 1]);
        using EventTable table = TextFile.ReadText(lines + lines.Split('\n')[6] + "\n");
        Assert.DoesNotContain(table.Facts.Issues, issue => issue.Code == "several_recordings");
    }

    private static string Lines(string form, int count, int[] cpus) => string.Concat(Enumerable.Range(0, count).Select(index =>
    {
        int cpu = cpus[index % cpus.Length];
        string body = $"sched_process_exit: comm=true pid={100 + index} prio=120";
        string time = $"{5 + index}.000000";
        return form switch
        {
            "ftrace" => $"            true-{100 + index}     [00{cpu}] .....   {time}: {body}\n",
            "report" => $"            true-{100 + index}   [00{cpu}]   {time}: {body}\n",
            _ => $"            true   {100 + index} [00{cpu}]   {time}: sched:{body}\n",
        };
    }));
}
