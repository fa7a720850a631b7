using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Format texts of a few events of Linux 6.1, and records in these formats.</summary>
public static class EventTexts
{
    public const ushort ExitId = 316;
    public const ushort SwitchId = 319;
    public const ushort UnusedId = 400;

    private static readonly string s_common =
        Field("unsigned short common_type", 0, 2) + Field("unsigned char common_flags", 2, 1)
        + Field("unsigned char common_preempt_count", 3, 1) + Field("int common_pid", 4, 4) + "\n";

    public static string Exit { get; } =
        Head("sched_process_exit", ExitId) + Field("char comm[16]", 8, 16) + Field("pid_t pid", 24, 4) + Field("int prio", 28, 4)
        + "\nprint fmt: \"comm=%s\", REC->comm\n";

    public static string Unused { get; } = Head("unused", UnusedId) + "\nprint fmt: \"\"\n";

    /// <summary>prev_state is a kernel long: 8 bytes, or 4 on a 32-bit kernel.</summary>
    public static string Switch(int longBytes) =>
        Head("sched_switch", SwitchId) + Field("char prev_comm[16]", 8, 16) + Field("pid_t prev_pid", 24, 4)
        + Field("long prev_state", 32, longBytes) + Field("pid_t next_pid", 32 + longBytes, 4)
        + "\nprint fmt: \"\", { 0x10, \"X\" }, { 0x20, \"Z\" }\n";

    public static string HeaderPage(int longBytes, int pageBytes) =>
        Field(" u64 timestamp", 0, 8) + Field(" local_t commit", 8, longBytes) + Field(" int overwrite", 8, 1)
        + Field(" char data", 8 + longBytes, pageBytes - 8 - longBytes);

    /// <summary>A sched_process_exit of 32 bytes.</summary>
    public static byte[] ExitRecord(int pid, string comm = "task", bool bigEndian = false)
    {
        byte[] record = new byte[32];
        Head(record, ExitId, pid, bigEndian);
        Encoding.UTF8.GetBytes(comm, record.AsSpan(8, 16));
        Write32(record.AsSpan(24), pid, bigEndian);
        Write32(record.AsSpan(28), 120, bigEndian);
        return record;
    }

    /// <summary>A sched_switch of 44 or 40 bytes.</summary>
    public static byte[] SwitchRecord(int pid, int state, int next, int longBytes = 8, bool bigEndian = false)
    {
        byte[] record = new byte[36 + longBytes];
        Head(record, SwitchId, pid, bigEndian);
        "task"u8.CopyTo(record.AsSpan(8));
        Write32(record.AsSpan(24), pid, bigEndian);
        Write32(record.AsSpan(bigEndian && longBytes == 8 ? 36 : 32), state, bigEndian);
        Write32(record.AsSpan(32 + longBytes), next, bigEndian);
        return record;
    }

    public static byte[] UnusedRecord(bool bigEndian = false)
    {
        byte[] record = new byte[8];
        Head(record, UnusedId, 1, bigEndian);
        return record;
    }

    private static string Head(string name, int id) =>
        string.Create(CultureInfo.InvariantCulture, $"name: {name}\nID: {id}\nformat:\n{s_common}");

    private static string Field(string declaration, int offset, int size)
    {
        int signed = declaration.StartsWith("unsigned", StringComparison.Ordinal) ? 0 : 1;
        return string.Create(CultureInfo.InvariantCulture, $"\tfield:{declaration};\toffset:{offset};\tsize:{size};\tsigned:{signed};\n");
    }

    private static void Head(byte[] record, ushort id, int pid, bool bigEndian)
    {
        if (bigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(record, id);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(record, id);
        Write32(record.AsSpan(4), pid, bigEndian);
    }

    private static void Write32(Span<byte> at, int value, bool bigEndian)
    {
        if (bigEndian)
            BinaryPrimitives.WriteInt32BigEndian(at, value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(at, value);
    }
}
