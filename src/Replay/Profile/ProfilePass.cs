using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Replay.Profile;

/// <summary>Measures a <see cref="TraceProfile"/> stretch by stretch.</summary>
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

    /// <summary>The profile, after all stretches are added; null if there were none.</summary>
    public TraceProfile? Finish() => _profiler?.Finish();
}
