namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in .lz4: with and without checks, with linked and independent blocks, with two frames, and uncompressed.</summary>
public sealed class Lz4Target : PackedTarget
{
    public override string Name => "lz4";

    public override IReadOnlyList<byte[]> Seeds()
    {
        byte[] plain = new Lz4Writer().Write(PackedTraces.Trace);
        byte[] unchecked_ = new Lz4Writer { Flags = 0x40 }.Write(PackedTraces.Trace);
        return [.. Lz4Samples.All.Select(sample => sample.Packed), [.. plain, .. Lz4Writer.Skippable(5), .. plain], unchecked_];
    }
}
