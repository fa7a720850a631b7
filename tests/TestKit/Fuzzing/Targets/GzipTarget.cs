namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in .gz, also packed twice.</summary>
public sealed class GzipTarget : PackedTarget
{
    public override string Name => "gzip";

    public override IReadOnlyList<byte[]> Seeds() =>
        [PackedTraces.Gzip(PackedTraces.Trace), PackedTraces.Gzip(PackedTraces.Gzip(PackedTraces.Trace))];
}
