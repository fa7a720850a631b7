using System.Globalization;
using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>Forms of lines that the shipped recordings do not have.</summary>
public sealed class TextFormTests
{
    private const string Exit = "sched_process_exit: comm=sh pid=1 prio=120";

    [Fact]
    public void Lost_events_become_gaps()
    {
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            $"              sh-1       [001] .....     5.000001: {Exit}",
            "CPU:1 [LOST 22 EVENTS]",
            $"              sh-1       [000] .....     5.000002: {Exit}",
            $"              sh-1       [001] .....     5.000003: {Exit}",
            "CPU:0 [LOST EVENTS]",
            "##### CPU 3 buffer started ####");
        Assert.Equal(22, table.Facts.Lost);
        Assert.Equal(
            [new LossInterval(1, 5_000_001_000, 5_000_003_000, 22), new LossInterval(0, 5_000_002_000, long.MaxValue, -1)],
            table.Facts.Losses);
        ImportIssue issue = Assert.Single(table.Facts.Issues, issue => issue.Code == "lost_events");
        Assert.Equal((IssueSeverity.DataLoss, 22L), (issue.Severity, issue.Count));
    }

    [Fact]
    public void Overwritten_events_are_lost_until_all_cpus_are_there()
    {
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            "# entries-in-buffer/entries-written: 3/10   #P:4",
            $"              sh-1       [000] ....     5.000001: {Exit}",
            $"              sh-1       [000] ....     5.000005: {Exit}",
            $"              sh-1       [002] ....     5.000009: {Exit}");
        Assert.Equal([new LossInterval(-1, long.MinValue, 5_000_009_000, 7)], table.Facts.Losses);
        Assert.Equal(("ftrace text (irq-info of 4 columns)", 4, 7L), (table.Facts.Format, table.Facts.Cpus, table.Facts.Lost));
    }

    [Fact]
    public void Without_any_event_the_time_of_overwritten_events_is_unknown()
    {
        using EventTable table = TextFile.Read("# tracer: nop", "# entries-in-buffer/entries-written: 0/100   #P:4");
        Assert.Equal([new LossInterval(-1, long.MinValue, long.MaxValue, 100)], table.Facts.Losses);
    }

    [Fact]
    public void Times_since_another_event_are_no_clock()
    {
        static string Line(double s, string body) => string.Create(CultureInfo.InvariantCulture, $"            bash  1234 [000] {s,12:0.000000}: {body}");
        const string Event = "sched:sched_process_exit: comm=ls pid=1300 prio=120";
        const string Record = "PERF_RECORD_EXIT(1300:1300):(1234:1234)";
        string[] since = [Line(0, Event), Line(0.5, Event)];
        string[] differences = [.. Enumerable.Range(0, 20).Select(line => Line(0.001 + (line * 7 % 5 * 0.001), Record))];
        foreach (string[] lines in (string[][])[since, differences])
        {
            IngestException rejection = Assert.Throws<IngestException>(() => TextFile.Read(lines).Dispose());
            Assert.Contains("print it again without --reltime and --deltatime", rejection.Message, StringComparison.Ordinal);
        }

        string[] before = [Line(0, "PERF_RECORD_FORK(1:1):(0:0)"), Line(0, "PERF_RECORD_FORK(2:2):(0:0)")];
        IEnumerable<string> forks = Enumerable.Range(10, 20).Select(tid => Line(tid, $"PERF_RECORD_FORK({tid}:{tid}):(1:1)"));
        using EventTable table = TextFile.Read([.. before, .. forks]);
        Assert.Equal(20, table.Count);
    }

    [Fact]
    public void System_calls_without_a_colon_are_skipped_events()
    {
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            "# entries-in-buffer/entries-written: 3/3   #P:4",
            "            bash-84700   [000] .... 24913.120041: sys_clone(clone_flags: 1200011)",
            "            bash-84700   [000] .... 24913.120152: sys_clone -> 0x16841",
            $"            bash-84700   [000] .... 24914.120152: {Exit}");
        Assert.Equal((3L, 1L), (table.Facts.EventsTotal, table.Facts.EventsStored));
        Assert.Equal(2, table.Facts.EventsSkipped["sys_clone"]);
    }

    [Fact]
    public void Latency_format_tells_of_overwritten_events_too()
    {
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            "# nop latency trace v1.1.5 on 6.12.0-rt",
            "# latency: 0 us, #1/11, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:8)",
            $"      sh-128       1..... 33708us+: {Exit}");
        Assert.Equal((10L, 8, "6.12.0-rt"), (table.Facts.Lost, table.Facts.Cpus, table.Facts.Kernel));
        Assert.Equal((33_708_000L, (ushort)1), (table.TimesNs[0], table.Cpus[0]));
    }

    [Fact]
    public void Dropped_events_of_a_report_become_gaps()
    {
        using EventTable table = TextFile.Read(
            "cpus=2",
            $"              sh-1     [001]     5.000001: sched_process_exit:   comm=sh pid=1 prio=120",
            "CPU:1 [5 EVENTS DROPPED]",
            "CPU:1 [EVENTS DROPPED]",
            $"              sh-1     [001] d..2.     5.000003: sched_process_exit:   comm=sh pid=1 prio=120");
        Assert.Equal([new LossInterval(1, 5_000_001_000, 5_000_003_000, -1)], table.Facts.Losses);
    }

    [Fact]
    public void Lost_records_of_perf_become_gaps()
    {
        using EventTable table = TextFile.Read(
            "              sh     1 [001]     5.000001:  sched:sched_process_exit: comm=sh pid=1 prio=120",
            "         swapper     0 [001]     5.000002: PERF_RECORD_LOST lost 12",
            "              sh     1 [001]     5.000003:  sched:sched_process_exit: comm=sh pid=1 prio=120");
        Assert.Equal([new LossInterval(1, 5_000_001_000, 5_000_002_000, 12)], table.Facts.Losses);
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void Function_tracer_lines_name_functions()
    {
        using EventTable table = TextFile.Read(
            "# tracer: function",
            "          <idle>-0       [001] ..s1.     5.000001: delayed_put_task_struct <-rcu_do_batch",
            "          <idle>-0       [001] ..s1.     5.000002: thread_stack_free_rcu(rhp=0xffff8881) <-rcu_do_batch",
            "          <idle>-0       [001] ..s1.     5.000003: kfree <-rcu_do_batch",
            "          <idle>-0       [001] ..s1.     5.000004: vfree <-thread_stack_free_rcu",
            "          <idle>-0       [001] ..s1.     5.000005: <stack trace>",
            " => rcu_core",
            "=> handle_softirqs");
        Assert.Empty(table.Facts.Issues);
        Assert.Equal(
            [EventKind.FunctionDelayedPut, EventKind.FunctionStackRcu, EventKind.FunctionVfree], Row.Of(table).Select(row => row.Kind));
        Assert.Equal(4, table.Facts.EventsTotal);
    }

    [Theory]
    [InlineData("function_graph")]
    [InlineData("irqsoff")]
    [InlineData("wakeup_rt")]
    public void Tracers_whose_lines_are_no_events_are_rejected(string tracer)
    {
        string[] lines = [$"# tracer: {tracer}", "#", " 0)   1.234 us    |  vfree();"];
        IngestException refused = Assert.Throws<IngestException>(() => TextFile.Read(lines));
        Assert.Equal("unsupported", refused.Code);
        Assert.Contains(tracer, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_of_taking_a_cpu_down_are_told_from_those_of_bringing_one_up()
    {
        using EventTable table = TextFile.Read(
            Ftrace(1, "cpuhp_enter: cpu: 0003 target: 145 step: 233 (sched_cpu_deactivate)"),
            Ftrace(2, "cpuhp_enter: cpu: 0003 target:   0 step:  62 (free_vm_stack_cache)"),
            Ftrace(3, "cpuhp_enter: cpu=3 target=0 idx=61 fun=0xffffffff81234560"),
            Ftrace(4, "cpuhp_enter: cpu: 0003 target: 238 step:   1 (x)"),
            Ftrace(5, "cpuhp_enter: no cpu here"),
            Ftrace(6, "cpuhp_exit:  cpu: 0003  state:   0 step:   1 ret: 0"));
        Assert.Equal(
            [(EventKind.CpuDown, 5, 3L), (EventKind.CpuDown, 5, 3L)], Row.Of(table).Select(row => (row.Kind, row.Tid, row.Value)));
        Assert.Equal(2, table.Facts.CountOf(EventKind.CpuDown));
        Assert.Equal(1, table.Facts.EventsSkipped["cpuhp_exit"]);
        Assert.Equal("damaged_lines", Assert.Single(table.Facts.Issues).Code);
    }

    [Fact]
    public void Rcu_and_slab_events_read_by_the_kernels_print_formats()
    {
        using EventTable table = TextFile.Read(
            Ftrace(1, "rcu_grace_period: rcu_preempt 2953 cpuqs"),
            Ftrace(2, "rcu_callback: rcu_preempt rhp=0xffff888100000010 func=0xffffffff81234560 12"),
            Ftrace(3, "rcu_invoke_callback: rcu_preempt rhp=00000000c0ffee00 func=thread_stack_free_rcu"),
            Ftrace(4, "rcu_invoke_callback: rcu_preempt rhp=00000000c0ffee00 func=delayed_put_task_struct"),
            Ftrace(5, "rcu_batch_start: rcu_preempt CBs=12 bl=10"),
            Ftrace(6, "rcu_batch_start: rcu_sched CBs=3/14 bl=10"),
            Ftrace(7, "rcu_batch_end: rcu_preempt CBs-invoked=12 idle=...."),
            Ftrace(8, "rcu_utilization: Start context switch"),
            Ftrace(9, "kmem_cache_alloc: call_site=dup_task_struct+0x5e/0x1c0 ptr=0 bytes_req=9792 bytes_alloc=9856 gfp_flags=GFP_KERNEL"),
            Ftrace(10, "kmem_cache_alloc: call_site=x ptr=0 name=dentry bytes_req=9792 bytes_alloc=9856 gfp_flags=GFP_KERNEL"),
            Ftrace(11, "kmem_cache_alloc: call_site=x ptr=00000000c0ffee00 bytes_req=192 bytes_alloc=192 gfp_flags=GFP_KERNEL"),
            Ftrace(12, "alloc_vmap_area: va_start: 18446683600650420224 size=20480 align=16384 vstart=0x1 vend=0x2 failed=0"),
            Ftrace(13, "alloc_vmap_area: va_start: 18446683600650420224 size=8192 align=1 vstart=0x1 vend=0x2 failed=0"),
            Ftrace(14, "softirq_entry: vec=9 [action=RCU]"),
            Ftrace(15, "softirq_entry: vec=1 [action=TIMER]"),
            Ftrace(16, "put: (put_task_stack+0x0/0x40) task=0xffff8881 stack=0xffffc9000061c000 pid=6845 ref=1"),
            Ftrace(17, "put: some other event of that name"),
            Ftrace(18, "task_rename: pid=9 oldcomm=sh newcomm=a newcomm=b oom_score_adj=0"));
        Assert.Empty(table.Facts.Issues);
        Assert.Equal(
            [
                (EventKind.RcuGracePeriod, 5, 2953), (EventKind.RcuCallback, 5, unchecked((long)0xffffffff81234560)),
                (EventKind.StackRcuInvoke, 5, 0), (EventKind.RcuInvokeCallback, 5, 0), (EventKind.RcuBatchStart, 5, 12),
                (EventKind.RcuBatchStart, 5, 14), (EventKind.RcuBatchEnd, 5, 12), (EventKind.RcuUtilization, 5, 0),
                (EventKind.TaskAlloc, 5, 9792), (EventKind.StackMap, 5, unchecked((long)18446683600650420224)),
                (EventKind.RcuSoftirqEntry, 5, 9), (EventKind.ProbePut, 6845, 1), (EventKind.Rename, 9, 0),
            ],
            Row.Of(table).Select(row => (row.Kind, row.Tid, row.Value)));
        Assert.Equal("a newcomm=b", Row.Of(table)[^1].Comm);
        Assert.Equal(18, table.Facts.EventsTotal);
    }

    [Fact]
    public void Wakeups_and_living_switches_are_counted_or_kept()
    {
        string text = string.Join(
            '\n',
            "cpus=1",
            Ftrace(1, "sched_wakeup:         a b:7 [120] CPU:003"),
            Ftrace(2, "sched_wakeup:         a b:7 [120] success=1 CPU:002"),
            Ftrace(3, "sched_wakeup_new:     comm=a pid=1 pid=7 prio=120 target_cpu=001"),
            Ftrace(4, "sched_migrate_task:   comm=a b pid=7 prio=120 orig_cpu=0 dest_cpu=5"),
            Ftrace(5, "sched_switch:         sh:5 [120] D|K ==> a b:7 [-1]"),
            Ftrace(6, "sched_switch:         prev_comm=sh prev_pid=5 prev_prio=120 prev_state=R+ ==> next_comm=x next_pid=7 next_prio=120"),
            Ftrace(7, "sched_switch:         prev_comm=sh prev_pid=5 prev_prio=120 prev_state=1 next_comm=x next_pid=7 next_prio=120"),
            "");
        using EventTable counted = TextFile.ReadText(text);
        using EventTable kept = TextFile.ReadText(text, keepAll: true);
        Assert.Equal(0, counted.Count);
        Assert.Equal(kept.Facts.EventsByKind, counted.Facts.EventsByKind);
        Assert.Equal(
            [
                (EventKind.Wakeup, 7, "a b", 3), (EventKind.Wakeup, 7, "a b", 2), (EventKind.WakeupNew, 7, "a pid=1", 1),
                (EventKind.Migrate, 7, "a b", 5),
                (EventKind.Switch, 5, "sh", 2), (EventKind.Switch, 5, "sh", 0x100), (EventKind.Switch, 5, "sh", 1),
            ],
            Row.Of(kept).Select(row => (row.Kind, row.Tid, row.Comm, row.Value)));
    }

    // Letters of trace-cmd's plugin: old tables have Z for 0x10, new ones X. The events in the text show which table was used.
    [Theory]
    [InlineData("W", 'Z', 0x10)]
    [InlineData("W", 'X', 0x20)]
    [InlineData("I", 'X', 0x10)]
    [InlineData("P", 'Z', 0x20)]
    public void Plugin_letters_are_settled_by_letters_of_one_table(string living, char dead, long value)
    {
        using EventTable table = TextFile.Read(
            "cpus=1",
            Ftrace(1, $"sched_switch: sh:5 [120] {living} ==> x:7 [120]"),
            Ftrace(2, $"sched_switch: sh:5 [120] {dead} ==> x:7 [120]"));
        Assert.Equal((EventKind.DeathSwitch, value), (table.Kinds[0], table.Values[0]));
    }

    // Only newer trace-cmd versions print a column of flags next to a CPU in brackets.
    [Theory]
    [InlineData("d..2. ", 0x20)]
    [InlineData("", 0x10)]
    public void Plugin_letters_are_settled_by_the_printers_age(string flags, long value)
    {
        using EventTable table = TextFile.Read(
            "cpus=1", $"              sh-5     [001] {flags}    5.000001: sched_switch:         sh:5 [120] Z ==> x:7 [120]");
        Assert.Equal((EventKind.DeathSwitch, value), (table.Kinds[0], table.Values[0]));
    }

    [Theory]
    [InlineData("3d0f00", 'Z', 0x10)]
    [InlineData("3d0f00", 'X', 0x10)]
    [InlineData("1200000", 'X', 0x20)]
    [InlineData("1200000", 'Z', 0x20)]
    public void Plugin_letters_are_settled_by_the_tasks_that_died(string flags, char dead, long value)
    {
        using EventTable table = TextFile.Read(
            "cpus=1",
            Ftrace(1, $"task_newtask: pid=5 comm=sh clone_flags={flags} oom_score_adj=0"),
            Ftrace(2, $"sched_switch: sh:5 [120] {dead} ==> x:7 [120]"));
        Assert.Equal((EventKind.DeathSwitch, value), (table.Kinds[1], table.Values[1]));
    }

    // Up to 4.13, 0x40 was TASK_DEAD, and switches had no exit states. Since then, 0x40 is a parked thread.
    [Theory]
    [InlineData("x:5 [120] x ==> y:7 [120]", "x:6 [120] S ==> y:7 [120]", 1)]
    [InlineData("x:5 [120] x ==> y:7 [120]", "x:6 [120] Z ==> y:7 [120]", 1)]
    [InlineData("prev_comm=x prev_pid=5 prev_prio=9 prev_state=x ==> next_comm=y next_pid=7 next_prio=9", "x:6 [120] Z ==> y:7 [120]", 2)]
    public void The_letter_x_means_dead_only_on_old_kernels(string first, string second, int deaths)
    {
        using EventTable table = TextFile.Read("cpus=1", Ftrace(1, $"sched_switch: {first}"), Ftrace(2, $"sched_switch: {second}"));
        Assert.Equal(deaths, table.Facts.CountOf(EventKind.DeathSwitch));
        Assert.Equal(2 - deaths, table.Facts.CountOf(EventKind.Switch));
        Assert.Equal(deaths, Row.Of(table).Count(row => row.Kind == EventKind.DeathSwitch));
    }

    [Fact]
    public void Perf_events_may_carry_modifiers_and_group_dead()
    {
        using EventTable table = TextFile.Read(
            "              sh     1 [001]     5.000001:          1 sched:sched_process_exit:u: comm=sh pid=1 prio=120 group_dead=false",
            "              sh     1 [001]     5.000002:  sched:sched_process_exit/call-graph=no/: comm=sh pid=2 prio=120 group_dead=true",
            "              sh     1 [001]     5.000003:  cycles:  ffffffff81234560 copy_process ([kernel.kallsyms])",
            "              sh     1 [001]     5.000004:  sched:sched_process_exit: comm=sh pid=3 prio=120");
        Assert.Empty(table.Facts.Issues);
        Assert.Equal([(1, 0L), (2, 1L), (3, -1L)], Row.Of(table).Select(row => (row.Tid, row.Value)));
        Assert.Equal(1, table.Facts.EventsSkipped["cycles"]);
    }

    [Fact]
    public void Systrace_pages_and_atrace_output_contain_the_kernels_text()
    {
        string trace = $"# tracer: nop\n#\n              sh-1     (    1) [001] ...1     5.000001: {Exit}\n"
            + "              sh-1     (    1) [001] ...1     5.000002: tracing_mark_write: B|1|x\n";
        string page = "<!DOCTYPE html>\n<html><head><title>Android System Trace</title><script>var x = '[000]';</script>\n"
            + "<script class=\"trace-data\" type=\"application/text\">\n" + trace + "</script>\n"
            + "<script class=\"trace-data\" type=\"application/text\">\n{\"traceEvents\":[]}\n</script>\n</html>";
        string oldPage = page.Replace(trace, trace.Replace("\n", "\\n\\\n", StringComparison.Ordinal), StringComparison.Ordinal);
        string loudPage = page.Replace("<!DOCTYPE html>", "<!DOCTYPE HTML>", StringComparison.Ordinal);
        string oddPage = page.Replace("<!DOCTYPE html>\n<html>", "\n<HtMl>", StringComparison.Ordinal);
        string oldestPage = "<!DOCTYPE html>\n<html><head><title>Android System Trace</title></head><body><script>\n  var linuxPerfData = \"\\\n"
            + trace.Replace("\n", "\\n\\\n", StringComparison.Ordinal) + "     \\n\";\n  </script></body></html>";
        foreach (string text in new[] { page, oldPage, loudPage, oddPage, oldestPage, "capturing trace... done\nTRACE:\n" + trace })
        {
            using EventTable table = TextFile.ReadText(text);
            Assert.Empty(table.Facts.Issues.Where(issue => issue.Code != "no_final_newline"));
            Assert.Equal((1, EventKind.Exit), (table.Count, table.Kinds[0]));
            Assert.Equal(1, table.Facts.EventsSkipped["tracing_mark_write"]);
        }
    }

    [Fact]
    public void Trimmed_and_prefixed_lines_are_found()
    {
        using EventTable table = TextFile.Read(
            $"sh-1 [001] 5.000001: {Exit}",
            $"kworker/u16:1-77 [002] d..2. 5.000002: {Exit}",
            $"       host.dat:              sh-1     [003]     5.000003: {Exit}");
        Assert.Empty(table.Facts.Issues);
        Assert.Equal([1, 2, 3], Row.Of(table).Select(row => row.Cpu));
    }

    [Fact]
    public void Names_without_end_are_counted_together()
    {
        StringBuilder text = new("# tracer: nop\n");
        for (int name = 0; name < 3000; name++)
            text.AppendLine(CultureInfo.InvariantCulture, $"              sh-1       [001] .....     5.000001: event_{name}: x");
        using EventTable table = TextFile.ReadText(text.ToString());
        Assert.Equal(3000, table.Facts.EventsSkipped.Values.Sum());
        Assert.Equal(1001, table.Facts.EventsSkipped.Count);
    }

    private static string Ftrace(int us, string body) => $"              sh-5       [001] d..2.     5.{us:000000}: {body}";
}
