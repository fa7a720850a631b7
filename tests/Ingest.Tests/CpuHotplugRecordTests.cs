using System.Buffers.Binary;
using ForkTrace.Events;
using ForkTrace.Ingest.Columns;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Tests;

/// <summary>Binary records of cpuhp_enter.</summary>
public sealed class CpuHotplugRecordTests
{
    // events/cpuhp/cpuhp_enter/format of Linux 6.1 (include/trace/events/cpuhp.h).
    private const string Format = """
        name: cpuhp_enter
        ID: 77
        format:
        	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
        	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
        	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
        	field:int common_pid;	offset:4;	size:4;	signed:1;

        	field:unsigned int cpu;	offset:8;	size:4;	signed:0;
        	field:int target;	offset:12;	size:4;	signed:1;
        	field:int idx;	offset:16;	size:4;	signed:1;
        	field:void * fun;	offset:24;	size:8;	signed:0;

        print fmt: "cpu: %04u target: %3d step: %3d (%ps)", REC->cpu, REC->target, REC->idx, REC->fun
        """;

    [Theory]
    [InlineData(0, true)]
    [InlineData(145, false)]
    [InlineData(-1, false)]
    public void Only_the_way_to_offline_is_kept(int target, bool isKept)
    {
        TracepointDecoder decoder = new([EventFormat.Parse("cpuhp", Format)!], FunctionNames.None, swap: false, keepAll: false);
        using RawEventStream stream = new(0);
        byte[] record = new byte[32];
        BinaryPrimitives.WriteUInt16LittleEndian(record, 77);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), 4242);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), 5);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), target);
        EventTally tally = new();
        decoder.Decode(record, 1000, stream, tally);
        decoder.Decode(record.AsSpan(0, 12), 1000, stream, tally);
        Assert.Equal(1, tally.Damaged);
        Assert.Equal(isKept ? 1 : 0, stream.CountsByKind[(int)EventKind.CpuDown]);
        Assert.Equal(isKept ? 1 : 0, stream.Rows);
    }
}
