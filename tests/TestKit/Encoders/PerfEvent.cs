namespace ForkTrace.TestKit.Encoders;

/// <summary>A perf_event_attr to write. The bits of sample_type and read_format have the values in the kernel's header.</summary>
public sealed record PerfEvent
{
    public const ulong Ip = 1 << 0, Tid = 1 << 1, Time = 1 << 2, Address = 1 << 3, Read = 1 << 4, CallChain = 1 << 5, Id = 1 << 6;
    public const ulong Cpu = 1 << 7, Period = 1 << 8, StreamId = 1 << 9, Raw = 1 << 10, Branches = 1 << 11, UserRegisters = 1 << 12;
    public const ulong UserStack = 1 << 13, Weight = 1 << 14, DataSource = 1 << 15, Identifier = 1 << 16;
    public const ulong Cgroup = 1 << 21, DataPageSize = 1 << 22, CodePageSize = 1 << 23;
    public const ulong Default = Ip | Tid | Time | Cpu | Period | Raw | Identifier;

    public uint Type { get; init; } = 2;

    public ulong Config { get; init; }

    public ulong Samples { get; init; } = Default;

    public ulong ReadFormat { get; init; }

    public ulong SamplePeriod { get; init; } = 1;

    /// <summary>Numbers of the flag bits that are set; 18 is sample_id_all.</summary>
    public int[] Flags { get; init; } = [18];

    public int ClockId { get; init; }

    public ulong[] Ids { get; init; } = [];

    public int Bytes { get; init; } = 136;

    public string Name { get; init; } = "";

    public byte[] ToBytes(bool bigEndian)
    {
        byte[] flags = new byte[8];
        foreach (int bit in Flags)
            flags[bit / 8] |= (byte)(bigEndian ? 0x80 >> (bit % 8) : 1 << (bit % 8));
        byte[] whole = new ByteWriter(bigEndian)
            .U32(Type).U32((uint)Bytes).U64(Config).U64(SamplePeriod).U64(Samples).U64(ReadFormat).Bytes(flags)
            .Zeros(92 - 48).U32((uint)ClockId).Zeros(256).ToArray();
        return whole[..Bytes];
    }
}
