using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Event formats of Linux 6.1, tracing data that contains them, and records of these events.</summary>
public static class Tracefs
{
    public const int NewTaskId = 132;
    public const int ExitId = 316;
    public const int HotplugId = 77;
    public const int CgroupAttachId = 538;

    private const string Common = """
        format:
        	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
        	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
        	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
        	field:int common_pid;	offset:4;	size:4;	signed:1;


        """;

    public static string HeaderPage { get; } = """
        	field: u64 timestamp;	offset:0;	size:8;	signed:0;
        	field: local_t commit;	offset:8;	size:8;	signed:1;
        	field: int overwrite;	offset:8;	size:1;	signed:1;
        	field: char data;	offset:16;	size:4080;	signed:1;

        """;

    public static string NewTask { get; } = "name: task_newtask\nID: 132\n" + Common + """
        	field:pid_t pid;	offset:8;	size:4;	signed:1;
        	field:char comm[16];	offset:12;	size:16;	signed:1;
        	field:unsigned long clone_flags;	offset:32;	size:8;	signed:0;
        	field:short oom_score_adj;	offset:40;	size:2;	signed:1;

        print fmt: "pid=%d comm=%s clone_flags=%lx oom_score_adj=%hd", REC->pid, REC->comm, REC->clone_flags, REC->oom_score_adj

        """;

    public static string Exit { get; } = "name: sched_process_exit\nID: 316\n" + Common + """
        	field:char comm[16];	offset:8;	size:16;	signed:1;
        	field:pid_t pid;	offset:24;	size:4;	signed:1;
        	field:int prio;	offset:28;	size:4;	signed:1;

        print fmt: "comm=%s pid=%d prio=%d", REC->comm, REC->pid, REC->prio

        """;

    public static string Hotplug { get; } = "name: cpuhp_enter\nID: 77\n" + Common + """
        	field:unsigned int cpu;	offset:8;	size:4;	signed:0;
        	field:int target;	offset:12;	size:4;	signed:1;
        	field:int idx;	offset:16;	size:4;	signed:1;
        	field:void * fun;	offset:24;	size:8;	signed:0;

        print fmt: "cpu: %04u target: %3d step: %3d (%ps)", REC->cpu, REC->target, REC->idx, REC->fun

        """;

    /// <summary>As 6.18 writes it.</summary>
    public static string CgroupAttach { get; } = "name: cgroup_attach_task\nID: 538\n" + Common + """
        	field:int dst_root;	offset:8;	size:4;	signed:1;
        	field:int dst_level;	offset:12;	size:4;	signed:1;
        	field:u64 dst_id;	offset:16;	size:8;	signed:0;
        	field:int pid;	offset:24;	size:4;	signed:1;
        	field:__data_loc char[] dst_path;	offset:28;	size:4;	signed:0;
        	field:__data_loc char[] comm;	offset:32;	size:4;	signed:0;

        print fmt: "dst_root=%d dst_id=%llu dst_level=%d dst_path=%s pid=%d comm=%s", REC->dst_root, REC->dst_id, REC->dst_level, __get_str(dst_path), REC->pid, __get_str(comm)

        """;

    /// <summary>The block of tracing data with the formats above, or others.</summary>
    public static byte[] Block(
        bool bigEndian = false, string version = "0.6", byte[]? kallsyms = null, (string System, string Text)[]? formats = null)
    {
        ByteWriter block = new(bigEndian);
        block.Bytes([0x17, 0x08, 0x44]).Bytes("tracing"u8).Text(version).U8(bigEndian ? 1 : 0).U8(8).U32(4096);
        Long(block.Text("header_page"), HeaderPage);
        Long(block.Text("header_event"), "# compressed entry header\n");
        block.U32(0);
        IGrouping<string, (string System, string Text)>[] systems =
            [.. (formats ?? [("task", NewTask), ("sched", Exit)]).GroupBy(format => format.System)];
        block.U32((uint)systems.Length);
        foreach (IGrouping<string, (string System, string Text)> system in systems)
        {
            block.Text(system.Key).U32((uint)system.Count());
            foreach ((_, string text) in system)
                Long(block, text);
        }

        block.U32((uint)(kallsyms?.Length ?? 0)).Bytes(kallsyms ?? []).U32(0);
        return version == "0.5" ? block.ToArray() : block.U64(6).Bytes("1 init"u8).ToArray();
    }

    /// <summary>A record of task_newtask.</summary>
    public static byte[] NewTaskRecord(int parent, int pid, string comm, ulong cloneFlags, bool bigEndian = false) =>
        Head(NewTaskId, parent, bigEndian).U32((uint)pid).Bytes(Comm(comm)).Zeros(4).U64(cloneFlags).U16(0).Zeros(2).ToArray();

    /// <summary>A record of sched_process_exit.</summary>
    public static byte[] ExitRecord(int pid, string comm, bool bigEndian = false) =>
        Head(ExitId, pid, bigEndian).Bytes(Comm(comm)).U32((uint)pid).U32(120).ToArray();

    /// <summary>A record of cpuhp_enter: a CPU's step towards a state, where 0 is offline.</summary>
    public static byte[] HotplugRecord(uint cpu, uint target, bool bigEndian = false) =>
        Head(HotplugId, 1, bigEndian).U32(cpu).U32(target).U32(70).Zeros(4).U64(0).ToArray();

    /// <summary>A record of cgroup_attach_task; hierarchy 0 is cgroup v2.</summary>
    public static byte[] CgroupAttachRecord(int hierarchy, string path, int pid, string comm, bool bigEndian = false)
    {
        const int TextsAt = 36;
        byte[] paths = [.. Encoding.UTF8.GetBytes(path), 0], comms = [.. Encoding.UTF8.GetBytes(comm), 0];
        return Head(CgroupAttachId, 1, bigEndian).U32((uint)hierarchy).U32(1).U64(44).U32((uint)pid)
            .U32((uint)((paths.Length << 16) | TextsAt)).U32((uint)((comms.Length << 16) | (TextsAt + paths.Length)))
            .Bytes(paths).Bytes(comms).ToArray();
    }

    private static ByteWriter Head(int id, int running, bool bigEndian) => new ByteWriter(bigEndian).U16(id).Zeros(2).U32((uint)running);

    private static byte[] Comm(string comm)
    {
        byte[] bytes = new byte[16];
        Encoding.UTF8.GetBytes(comm, bytes);
        return bytes;
    }

    private static void Long(ByteWriter block, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        block.U64((ulong)bytes.Length).Bytes(bytes);
    }
}
