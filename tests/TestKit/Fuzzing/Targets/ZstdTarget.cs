namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in .zst, also packed twice.</summary>
public sealed class ZstdTarget : PackedTarget
{
    public override string Name => "zstd";

    public override IReadOnlyList<byte[]> Seeds() =>
        [ZstdFrames.Pack(PackedTraces.Trace), ZstdFrames.Pack(PackedTraces.Gzip(PackedTraces.Trace))];
}
