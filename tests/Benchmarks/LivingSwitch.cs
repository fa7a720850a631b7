using System.Buffers.Binary;
using System.Text;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Benchmarks;

/// <summary>
/// The sched_switch event of a recording, changed to switches between living tasks. Most of a scheduler recording consists of these; they
/// are counted and not kept. The layout is the recording's own.
/// </summary>
internal sealed class LivingSwitch
{
    private const int Worker = 2;
    private const long Sleeping = 1;
    private readonly EventFormat _format;

    /// <param name="recording">A whole recording, with the format texts of its events.</param>
    public LivingSwitch(ReadOnlySpan<byte> recording)
    {
        int start = recording.IndexOf("name: sched_switch\n"u8);
        ReadOnlySpan<byte> text = recording[start..];
        int print = text.IndexOf("\nprint fmt:"u8) + 1;
        text = text[..(print + text[print..].IndexOf((byte)'\n'))];
        _format = EventFormat.Parse("sched", Encoding.UTF8.GetString(text))!;
    }

    /// <summary>True for a record (from common_type on) that is a switch.</summary>
    public bool Is(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record) == _format.Id;

    /// <summary>Changes a switch to one to or from the idle task, alternately.</summary>
    public void Make(Span<byte> record, int turn)
    {
        bool isFromIdle = turn % 2 != 0;
        Set(record, "common_pid", isFromIdle ? 0 : Worker);
        Set(record, "prev_pid", isFromIdle ? 0 : Worker);
        Set(record, "next_pid", isFromIdle ? Worker : 0);
        Span<byte> state = record[_format.Field("prev_state")!.Offset..];
        BinaryPrimitives.WriteInt64LittleEndian(state, isFromIdle ? 0 : Sleeping);
    }

    private void Set(Span<byte> record, string field, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(record[_format.Field(field)!.Offset..], value);
}
