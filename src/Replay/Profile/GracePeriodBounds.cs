using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Replay.Profile;

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
