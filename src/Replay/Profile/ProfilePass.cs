using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Replay.Profile;

/// <summary>A <see cref="TraceProfile"/> that is measured stretch by stretch.</summary>
/// <param name="windowNs">Length of a window in ns; 0 divides the recording into a hundred.</param>
public sealed class ProfilePass(long windowNs)
{
    private TraceProfiler? _profiler;

    /// <summary>Adds the next stretch.</summary>
    public void Add(OperationStretch stretch)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        _profiler ??= new TraceProfiler(stretch.Operations, windowNs);
        _profiler.Add(stretch.Operations, TaskKinds.Of(stretch));
    }

    /// <summary>The profile, when all stretches are added; null if there was none.</summary>
    public TraceProfile? Finish() => _profiler?.Finish();
}
