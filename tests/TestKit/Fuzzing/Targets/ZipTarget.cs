using System.IO.Compression;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in .zip, stored or deflated.</summary>
public sealed class ZipTarget : PackedTarget
{
    public override string Name => "zip";

    public override IReadOnlyList<byte[]> Seeds() =>
        [PackedTraces.Zip(PackedTraces.Trace, CompressionLevel.Fastest), PackedTraces.Zip(PackedTraces.Trace, CompressionLevel.NoCompression)];
}
