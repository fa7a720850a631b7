namespace ForkTrace.Replay.Profile;

/// <summary>
/// Groups callbacks of task_structs into batches. Each batch is the work of one grace period. All CPUs notice the end of a grace period
/// within one tick and run their callbacks in a burst (rcu_do_batch, kernel/rcu/tree.c), and a grace period lasts several ticks. So a pause
/// of a millisecond separates two batches. A pause may also fall within one batch, which then counts as two with the same bounds or wider
/// ones.
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

    /// <summary>Adds the next callback in order of time; its task's final switch precedes it.</summary>
    public void Add(long timeNs, long releasedNs, Evidence evidence)
    {
        if (_callbacks > 0 && timeNs - _lastNs >= PauseNs)
            Close();
        if (_callbacks == 0)
            (_startNs, _endNs, _evidence) = (releasedNs, timeNs, evidence);

        // The task died after the batch began. So a later grace period released it, and that one's callbacks follow directly on this batch.
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
/// A grace period that released task_structs. It began after the last of their callbacks was queued, that is, after their final switches,
/// and ended before the first of them ran. Times are in nanoseconds from the recording's first event.
/// </summary>
/// <param name="StartNs">It began no earlier: the last final switch among its tasks.</param>
/// <param name="EndNs">It ended no later: the first callback of its batch.</param>
/// <param name="LastNs">The last callback of its batch.</param>
/// <param name="Callbacks">Callbacks in the batch.</param>
/// <param name="Evidence">The weakest evidence among the callbacks.</param>
public readonly record struct GracePeriodBounds(long StartNs, long EndNs, long LastNs, long Callbacks, Evidence Evidence);
