using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Perfetto traces: switches compact or not; events by number, by name or described; packets compressed or not.</summary>
public sealed class PerfettoTarget : RecordingTarget
{
    private const int Events = 40;
    private const int ZlibField = 50;
    private const int ZstdField = 133;

    public override string Name => "perfetto";

    public override IReadOnlyList<byte[]> Seeds()
    {
        RecordedEvent[] events = [.. RecordedEvent.All().Take(Events)];
        PerfettoEncoder[] forms =
        [
            new(), new() { IsCompact = true }, new() { IsCompact = true, PackedField = ZlibField }, new() { PackedField = ZstdField },
            new() { IsGeneric = true }, new() { IsDescribed = true },
        ];
        return [.. forms.Select(form => form.Encode(events))];
    }
}
