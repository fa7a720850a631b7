using ForkTrace.Events;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>A comm can contain any byte except NUL and newline. No comm may change the other fields.</summary>
public sealed class CommTortureTests
{
    // At most 15 characters each, like the kernel's comm.
    private static readonly string[] s_comms =
    [
        "", " ", "  x", "x  ", "a b c", "a-12", "-", "--5", "x-5 [000] 1.0: ", "-5 [000] 1.000:", "[001]", "5 [000] 1.0: e:", "a ==> b",
        " ==> ", "==>",
        "a:1 [0] S ==> b", ":7 [120] Z", ":0 [1] X ==> ", "comm=x", "pid=9", " pid=9 prio=1", " child_pid=9", "x child_comm=y", "a pid=1",
        " clone_flags=1", "prev_pid=1", " prev_pid=1 x", " next_pid=3", "prev_state=Z", " group_dead=1", "\t\t", "\u001b[31m",
        "\u00ff\u00fe",
        "kworker/u16:1-7", "(5)", "<...>", "#x", "CPU:1 [LOST 5 ", "=> x", "name: body", "a:b:", "sched:x: ", "1.000000: ", "\\n\\",
        "{\"a\":1}",
        " newcomm=q", "oldcomm=", "]: [000]", "'", "$(x)", "%s%n", "123456789012345",
    ];

    public static TheoryData<string> Styles { get; } =
        ["ftrace", "noirq", "tgid", "report", "raw", "latency", "perf", "perf-chains", "perf-pid-tid"];

    [Theory]
    [MemberData(nameof(Styles))]
    public void Every_comm_in_every_place_leaves_the_fields_alone(string style)
    {
        for (int first = 0; first < s_comms.Length; first++)
        {
            // Every pair is once at the beginning of a file, where the format is recognised.
            string[] others = [.. s_comms[first..], .. s_comms[..first]];
            string comm = s_comms[first * 7 % s_comms.Length];
            using EventTable table = TextFile.Read([.. others.SelectMany((other, life) => Life(style, comm, other, life))]);
            Assert.True(table.Facts.Issues.IsEmpty, $"{style} '{comm}': {string.Join("; ", table.Facts.Issues)}");
            Row[] rows = Row.Of(table);
            for (int life = 0; life < others.Length; life++)
                CheckLife(rows.AsSpan(life * 7, 7), comm, others[life], $"{style}: '{comm}' and '{others[life]}'");
        }
    }

    // One short life: newtask, fork, exit, death, free. comm is the child's; other is the parent's and the next task's.
    private static string[] Life(string style, string comm, string other, int life)
    {
        int us = life * 10;
        string dead = style == "raw" ? "1" : "true";
        return
        [
            Line(style, other, 41, 0, us + 1, "task", "task_newtask", $"pid=77 comm={other} clone_flags=3d0f00 oom_score_adj=-5"),
            Line(style, other, 41, 0, us + 2, "sched", "sched_process_fork", Fork(style, comm, other)),
            Line(style, comm, 77, 1, us + 3, "sched", "sched_process_exit", $"comm={comm} pid=77 prio=120 group_dead={dead}"),
            Line(style, comm, 77, 1, us + 4, "sched", "sched_switch", Switch(style, comm, other)),
            Line(style, other, 41, 0, us + 5, "sched", "sched_process_wait", $"comm={other} pid=77 prio=120"),
            Line(style, other, 13, 1, us + 6, "sched", "sched_process_free", $"comm={comm} pid=77 prio=120"),
            Line(style, comm, 41, 0, us + 7, "sched", "sched_process_exec", $"filename=/tmp/{comm} pid=41 old_pid=41"),
        ];
    }

    private static void CheckLife(ReadOnlySpan<Row> rows, string comm, string other, string context)
    {
        (EventKind Kind, int Cpu, int Tid, string Comm, long Value)[] expected =
        [
            (EventKind.NewTask, 0, 77, other, 0x3d0f00), (EventKind.Fork, 0, 77, comm, 0), (EventKind.Exit, 1, 77, comm, 1),
            (EventKind.DeathSwitch, 1, 77, comm, 0x10), (EventKind.Wait, 0, 41, other, 0), (EventKind.Free, 1, 77, comm, 0),
            (EventKind.Exec, 0, 41, "", 41),
        ];
        for (int row = 0; row < rows.Length; row++)
        {
            (EventKind, int, int, string, long) found = (rows[row].Kind, rows[row].Cpu, rows[row].Tid, rows[row].Comm, rows[row].Value);
            Assert.True(found == expected[row] with { Comm = AsShown(expected[row].Comm) }, $"{context}: {rows[row]}");
        }

        Assert.Equal(rows[0].Other, rows[1].Other);
        Assert.Equal(rows[0].Task, rows[4].Other);
        Assert.Equal(rows[3].Other, rows[5].Other);
    }

    private static string Line(string style, string comm, int tid, int cpu, int us, string system, string name, string body) => style switch
    {
        "ftrace" => $"{comm,16}-{tid,-7} [{cpu:000}] d..2. {5:0}.{us:000000}: {name}: {body}",
        "noirq" => $"{comm,16}-{tid,-5} [{cpu:000}] {5,5:0}.{us:000000}: {name}: {body}",
        "tgid" => $"{comm,16}-{tid,-7} ({(us % 2 == 0 ? "-------" : "     41")}) [{cpu:000}] .... {5,5:0}.{us:000000}: {name}: {body}",
        "report" or "raw" => $"{comm,16}-{tid,-5} [{cpu:000}] {5,5:0}.{us:000000}: {name + ":",-21} {body}",
        "latency" => $"{Cut(comm),8}-{tid,-7} {cpu,3}d..2. {5_000_000 + us}us{(us % 2 == 0 ? '+' : ' ')}: {name}: {body}",
        "perf" => $"{comm,16} {tid,5} [{cpu:000}] {5,5:0}.{us:000000}: {system + ":" + name,24}: {body}",
        "perf-chains" => $"{comm} {tid,7} [{cpu:000}] {5,5:0}.{us:000000}: {system}:{name}: {body}{Chain}",
        _ => $"{comm,16} {tid + 1000,5}/{tid,-5} [{cpu:000}] {5,5:0}.{us:000000}000: {1,10} {system}:{name}: {body}",
    };

    private const string Chain = "\n\tffffffffa62a03fd copy_process+0x1 ([kernel])\n\t           3c383 [unknown] (/usr/local/bin/wl)\n";

    private static string Cut(string comm) => comm[..Math.Min(comm.Length, 8)];

    private static string Fork(string style, string comm, string other) => style == "raw"
        ? $"parent_comm={other} parent_pid=41 child_comm={comm} child_pid=77"
        : $"comm={other} pid=41 child_comm={comm} child_pid=77";

    // trace-cmd's plugin prints 0x10 as Z. The new thread shows the meaning.
    private static string Switch(string style, string comm, string other) => style switch
    {
        "report" => $"{comm}:77 [120] Z ==> {other}:13 [98]",
        "raw" => $"prev_comm={comm} prev_pid=77 prev_prio=120 prev_state=16 next_comm={other} next_pid=13 next_prio=98",
        _ => $"prev_comm={comm} prev_pid=77 prev_prio=120 prev_state=X ==> next_comm={other} next_pid=13 next_prio=98",
    };

    // In displayed comms, backslashes and bytes that are not UTF-8 are escaped.
    private static string AsShown(string comm) => string.Concat(comm.Select(letter =>
        letter is '\\' or > '\u007f' ? $"\\x{(int)letter:x2}" : letter.ToString()));
}
