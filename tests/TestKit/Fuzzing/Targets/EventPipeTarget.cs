using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>NetTrace of versions 4 and 5, all of which is rejected: undamaged, because it holds no kernel events.</summary>
public sealed class EventPipeTarget : RecordingTarget
{
    private const int Events = 40;

    public override string Name => "eventpipe";

    public override string? Format => null;

    public override IReadOnlyList<byte[]> Seeds() =>
        [new EventPipeWriter().Write(Events), new EventPipeWriter { HasTags = true, IsCompressed = false }.Write(Events)];
}
