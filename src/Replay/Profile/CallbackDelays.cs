using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Profile;

/// <summary>Time from tasks' final switch to their RCU callbacks.</summary>
/// <param name="Operation">
/// The stack's callback, which the final switch queues, or that of the task_struct, which is queued then or when a zombie is reaped.
/// </param>
/// <param name="Evidence">How the callback's time is known.</param>
/// <param name="Delays">How much later it ran.</param>
public sealed record CallbackDelays(StackOperationKind Operation, Evidence Evidence, LatencyHistogram Delays);
