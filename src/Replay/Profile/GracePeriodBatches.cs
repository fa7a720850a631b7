namespace ForkTrace.Replay.Profile;

/// <summary>
/// Puts callbacks of task_structs into batches, each the work of one grace period. CPUs notice a grace period's end within a tick of each
/// other and run their callbacks in a burst (rcu_do_batch, kernel/rcu/tree.c), and grace periods last some ticks: a pause of a
/// millisecond parts two. A pause may also fall within one batch, which then counts as two with the same bounds or wider ones.
/// </summary>
internal sealed class GracePeriodBatches(long originNs)
{
    private const long PauseNs = 1_000_000;
    private readonly ImmutableArray<GracePeriodBounds>.Builder _done = ImmutableArray.CreateBuilder<GracePeriodBounds>();
    private long _callbacks;
    private long _startNs;
    private long _endNs;
    private long _lastNs;
    private Evidence _evidence;

    /// <summary>Adds the next callback in order of time; its task's final switch is before it.</summary>
    public void Add(long timeNs, long releasedNs, Evidence evidence)
    {
        if (_callbacks > 0 && timeNs - _lastNs >= PauseNs)
            Close();
        if (_callbacks == 0)
            (_startNs, _endNs, _evidence) = (releasedNs, timeNs, evidence);

        // A task that died after the batch began was let go by a later grace period, whose callbacks ran on into this one's.
        if (releasedNs <= _endNs)
            _startNs = Math.Max(_startNs, releasedNs);
        _evidence = evidence > _evidence ? evidence : _evidence;
        _lastNs = timeNs;
        _callbacks++;
    }

    public ImmutableArray<GracePeriodBounds> Finish()
    {
        Close();
        return _done.DrainToImmutable();
    }

    private void Close()
    {
        if (_callbacks > 0)
            _done.Add(new GracePeriodBounds(_startNs - originNs, _endNs - originNs, _lastNs - originNs, _callbacks, _evidence));
        _callbacks = 0;
    }
}

/// <summary>
/// A grace period that let task_structs go. It began after the last of their callbacks was queued, so after their final switches, and
/// ended before the first of them ran. Times are in nanoseconds from the recording's first event.
/// </summary>
/// <param name="StartNs">It began no earlier: the last final switch among its tasks.</param>
/// <param name="EndNs">It ended no later: the first callback of its batch.</param>
/// <param name="LastNs">The last callback of its batch.</param>
/// <param name="Callbacks">Callbacks in the batch.</param>
/// <param name="Evidence">How the callbacks are known: the weakest of them.</param>
public readonly record struct GracePeriodBounds(long StartNs, long EndNs, long LastNs, long Callbacks, Evidence Evidence);
