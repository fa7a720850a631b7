using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Format texts of a few events as Linux 6.1 gives them, and records of these formats.</summary>
internal static class EventTexts
{
    public const ushort ExitId = 316;
    public const ushort SwitchId = 319;
    public const ushort UnusedId = 400;

    private const string Common =
        "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
        + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

    public const string Exit =
        "name: sched_process_exit\nID: 316\nformat:\n" + Common + "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:1;\n"
        + "\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n\tfield:int prio;\toffset:28;\tsize:4;\tsigned:1;\n\nprint fmt: \"comm=%s\", REC->comm\n";

    /// <summary>prev_state is a kernel long: 8 bytes, or 4 on a 32-bit kernel.</summary>
    public static string Switch(int longBytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"name: sched_switch\nID: 319\nformat:\n{Common}\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:1;\n\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n\tfield:long prev_state;\toffset:32;\tsize:{longBytes};\tsigned:1;\n\tfield:pid_t next_pid;\toffset:{32 + longBytes};\tsize:4;\tsigned:1;\n\nprint fmt: \"\", {{ 0x10, \"X\" }}, {{ 0x20, \"Z\" }}\n");

    public const string Unused = "name: unused\nID: 400\nformat:\n" + Common + "\nprint fmt: \"\"\n";

    public static string HeaderPage(int longBytes, int pageBytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:{longBytes};\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char data;\toffset:{8 + longBytes};\tsize:{pageBytes - 8 - longBytes};\tsigned:1;\n");

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
