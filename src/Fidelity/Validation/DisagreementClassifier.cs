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
    private readonly StackOperations _operations;
    private readonly int[] _forksOfCpu;
    private readonly long[] _uncertainCallbackNs;
    private readonly long[] _failedForkNs;
    private readonly int[] _queued;

    public DisagreementClassifier(StackOperations operations)
    {
        _operations = operations;
        _forksOfCpu = new int[operations.CpuCount];
        _uncertainCallbackNs = NewTimes(operations.CpuCount);
        _failedForkNs = NewTimes(operations.CpuCount);
        _queued = new int[operations.CpuCount];
    }

    /// <summary>Notes an operation. Call this for each operation in order.</summary>
    public void Note(int index)
    {
        int cpu = _operations.Cpus[index];
        switch (_operations.Kinds[index])
        {
            case StackOperationKind.Allocate:
                _forksOfCpu[cpu]++;
                if (_operations.IsFailedFork(_operations.TaskIds[index]))
                    _failedForkNs[cpu] = _operations.TimesNs[index];
                break;
            case StackOperationKind.Release:
                _queued[cpu]++;
                break;
            case StackOperationKind.StackCallback:
                _queued[cpu]--;
                if (_operations.EvidenceOf[index] != Evidence.Observed)
                    _uncertainCallbackNs[cpu] = _operations.TimesNs[index];
                break;
            case StackOperationKind.LostEvents:
                _forksOfCpu[cpu] = 0;
                break;
        }
    }

    /// <summary>The cause for a wrong answer at an allocation that has just been noted.</summary>
    public DisagreementCause CauseAt(int index)
    {
        int cpu = _operations.Cpus[index];
        long nowNs = _operations.TimesNs[index];
        if (_forksOfCpu[cpu] <= ForksUntilStateIsKnown)
            return DisagreementCause.InitialState;
        if (_operations.HasMigrated(_operations.TaskIds[index]))
            return DisagreementCause.Migration;
        bool isPlacedByNeighbour = _operations.EvidenceOf[index] != Evidence.Observed;
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
