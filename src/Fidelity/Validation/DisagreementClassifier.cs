using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Results;

namespace ForkTrace.Fidelity.Validation;

/// <summary>
/// Says what was uncertain about a CPU's cache when a fork took its stack there. It looks only at the operations, never at the truth. A
/// cause can explain a wrong answer, but is no proof.
/// </summary>
internal sealed class DisagreementClassifier
{
    // An uncertain callback makes the state of a cache uncertain for this long: two grace periods of a loaded machine.
    private const long DoubtNs = 60_000_000;
    private const int ForksUntilStateIsKnown = 8;
    private readonly int[] _forksOfCpu;
    private readonly long[] _uncertainCallbackNs;
    private readonly long[] _failedForkNs;
    private readonly int[] _queued;

    public DisagreementClassifier(int cpus)
    {
        _forksOfCpu = new int[cpus];
        _uncertainCallbackNs = NewTimes(cpus);
        _failedForkNs = NewTimes(cpus);
        _queued = new int[cpus];
    }

    /// <summary>Notes an operation. Call this for each operation in order.</summary>
    public void Note(StackOperations operations, int index)
    {
        int cpu = operations.Cpus[index];
        switch (operations.Kinds[index])
        {
            case StackOperationKind.Allocate:
                _forksOfCpu[cpu]++;
                if (operations.IsFailedFork(operations.TaskIds[index]))
                    _failedForkNs[cpu] = operations.TimesNs[index];
                break;
            case StackOperationKind.Release:
                _queued[cpu]++;
                break;
            case StackOperationKind.StackCallback:
                _queued[cpu]--;
                if (operations.EvidenceOf[index] != Evidence.Observed)
                    _uncertainCallbackNs[cpu] = operations.TimesNs[index];
                break;
            case StackOperationKind.LostEvents:
                _forksOfCpu[cpu] = 0;
                break;
        }
    }

    /// <summary>The cause for a wrong answer at an allocation that has just been noted.</summary>
    public DisagreementCause CauseAt(StackOperations operations, int index)
    {
        int cpu = operations.Cpus[index];
        long nowNs = operations.TimesNs[index];
        if (_forksOfCpu[cpu] <= ForksUntilStateIsKnown)
            return DisagreementCause.InitialState;
        if (operations.HasMigrated(operations.TaskIds[index]))
            return DisagreementCause.Migration;
        bool isPlacedByNeighbour = operations.EvidenceOf[index] != Evidence.Observed;
        if (isPlacedByNeighbour)
            return DisagreementCause.AllocationOrder;
        if (nowNs - _failedForkNs[cpu] < DoubtNs)
            return DisagreementCause.FailedFork;
        return _queued[cpu] > 0 || nowNs - _uncertainCallbackNs[cpu] < DoubtNs ? DisagreementCause.RcuTime : DisagreementCause.ForeignTasks;
    }

    private static long[] NewTimes(int count)
    {
        long[] times = new long[count];
        Array.Fill(times, long.MinValue / 2);
        return times;
    }
}
