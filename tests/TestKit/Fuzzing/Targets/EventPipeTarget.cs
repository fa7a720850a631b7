using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>NetTrace versions 4 and 5. All inputs are rejected, undamaged ones because they have no kernel events.</summary>
public sealed class EventPipeTarget : RecordingTarget
{
    private const int Events = 40;

    public override string Name => "eventpipe";

    public override string? Format => null;

    public override IReadOnlyList<byte[]> Seeds() =>
        [new EventPipeWriter().Write(Events), new EventPipeWriter { HasTags = true, IsCompressed = false }.Write(Events)];
}
