using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>NetTrace: with compressed headers or not, with raw tracepoints or only process events.</summary>
public sealed class NetTraceTarget : RecordingTarget
{
    private const int Events = 40;

    public override string Name => "nettrace";

    public override IReadOnlyList<byte[]> Seeds()
    {
        RecordedEvent[] events = [.. RecordedEvent.All().Take(Events)];
        NetTraceWriter[] forms =
        [
            new() { IsDataLoc = true }, new() { IsCompressed = false }, new() { IsProcessesOnly = true, Dropped = thread => (uint)thread % 3 },
            new() { IsOneCollect = true, HasSampleValue = true }, new() { IsSorted = false },
        ];
        return [.. forms.Select(form => form.Write(events))];
    }
}
