using System.Globalization;
using System.Text;
using ForkTrace.Ingest.Tests.Shared;

namespace ForkTrace.Ingest.Tests.Matrix;

/// <summary>
/// Prints recorded events like the kernel's trace file with each of its options (kernel/trace/trace.c, trace_output.c), so that one
/// recording exists in all styles.
/// </summary>
internal static class FtracePrinter
{
    /// <summary>The styles, named after the options in tracefs.</summary>
    public static string[] Styles { get; } =
        ["irq-info", "irq-info 4", "noirq-info", "record-tgid", "noirq-info record-tgid", "latency-format", "trace_pipe", "x86-tsc"];

    public static byte[] Print(IReadOnlyList<RecordedEvent> events, string style)
    {
        StringBuilder text = new();
        if (style != "trace_pipe")
            text.Append(Header(events.Count, style));
        long first = events[0].TimeNs;
        foreach (RecordedEvent one in events)
        {
            string body = Body(one);
            text.Append(style == "latency-format" ? LatencyHead(one, first) : Head(one, style));
            text.Append(one.Name).Append(": ").Append(body).Append('\n');
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static string Header(int events, string style) => style == "latency-format"
        ? "# tracer: nop\n#\n# nop latency trace v1.1.5 on 6.1.0\n" + F($"# latency: 0 us, #{events}/{events}, CPU#0 | (M:desktop #P:2)\n")
        : F($"# tracer: nop\n#\n# entries-in-buffer/entries-written: {events}/{events}   #P:2\n#\n");

    private static string LatencyHead(RecordedEvent one, long firstNs) =>
        F($"{one.RunningComm,8}-{one.Running,-5} {one.Cpu,3}d..2. {(one.TimeNs / 1000) - (firstNs / 1000),4}us : ");

    private static string Head(RecordedEvent one, string style)
    {
        string tgid = style.Contains("record-tgid", StringComparison.Ordinal) ? F($" ({one.Running,7})") : "";
        string flags = style.StartsWith("noirq-info", StringComparison.Ordinal) ? "" : style.EndsWith('4') ? " d..2" : " d..2.";
        string time = style == "x86-tsc" ? F($"{one.TimeNs}") : F($"{one.TimeNs / 1_000_000_000,5}.{one.TimeNs % 1_000_000_000 / 1000:D6}");
        return F($"{one.RunningComm,16}-{one.Running,-7}{tgid} [{one.Cpu:D3}]{flags} {time}: ");
    }

    private static string Body(RecordedEvent one)
    {
        string Text(string field) => one.Text(field);
        return one.Name switch
        {
            "task_newtask" => F($"pid={Text("pid")} comm={Text("comm")} clone_flags={Text("clone_flags")} oom_score_adj=0"),
            "sched_process_fork" =>
                F($"comm={Text("parent_comm")} pid={Text("parent_pid")} child_comm={Text("child_comm")} child_pid={Text("child_pid")}"),
            "sched_process_exit" or "sched_process_free" => F($"comm={Text("comm")} pid={Text("pid")} prio={Text("prio")}"),
            "sched_switch" => F($"prev_comm={Text("prev_comm")} prev_pid={Text("prev_pid")} prev_prio={Text("prev_prio")} ")
                + F($"prev_state={Text("prev_state")} ==> next_comm={Text("next_comm")} next_pid={Text("next_pid")} ")
                + F($"next_prio={Text("next_prio")}"),
            string other => throw new InvalidDataException(other),
        };
    }

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
