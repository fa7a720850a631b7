namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in .xz: of one block and several, of one stream and two, and with nothing packed.</summary>
public sealed class XzTarget : RecordingTarget
{
    public override string Name => "xz";

    public override string? Format => null;

    public override IReadOnlyList<byte[]> Seeds() =>
        [.. XzSamples.All.Select(sample => sample.Packed), new XzWriter().Write(PackedTraces.Trace)];
}
