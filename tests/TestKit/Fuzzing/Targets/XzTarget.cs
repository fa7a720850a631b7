namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in .xz: with one or several blocks, one or two streams, and uncompressed.</summary>
public sealed class XzTarget : RecordingTarget
{
    public override string Name => "xz";

    public override string? Format => null;

    public override IReadOnlyList<byte[]> Seeds() =>
        [.. XzSamples.All.Select(sample => sample.Packed), new XzWriter().Write(PackedTraces.Trace)];
}
