namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in .xz: with one or several blocks, one or two streams, and uncompressed.</summary>
public sealed class XzTarget : PackedTarget
{
    public override string Name => "xz";

    public override IReadOnlyList<byte[]> Seeds() =>
        [.. XzSamples.All.Select(sample => sample.Packed), new XzWriter().Write(PackedTraces.Trace)];
}
