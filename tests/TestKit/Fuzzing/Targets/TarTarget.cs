using System.Formats.Tar;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings in the kinds of .tar that tar writes.</summary>
public sealed class TarTarget : PackedTarget
{
    public override string Name => "tar";

    public override IReadOnlyList<byte[]> Seeds() =>
        [.. new[] { TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu }.Select(format => PackedTraces.Tar(PackedTraces.Trace, format))];
}
