using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Ledger;
using ForkTrace.TestKit.SlowRules;

namespace ForkTrace.TestKit;

/// <summary>
/// A second implementation of the policies, simple and slow: every stack is an object with a place, caches are lists. The engine's counts
/// must be equal to the counts here.
/// </summary>
public sealed class SlowKernel
{
    private readonly Dictionary<int, SlowStack> _stackOfTask = [];
    private readonly SlowRule _rule;
    private readonly int[] _cpusToFill;
    private readonly bool _spansCpus;

    private SlowKernel(SlowRule rule, int[] cpusToFill, bool spansCpus)
    {
        _rule = rule;
        _cpusToFill = cpusToFill;
        _spansCpus = spansCpus;
    }

    /// <summary>For each allocation, in order: true if it was a hit.</summary>
    public List<bool> Outcomes { get; } = [];

    public int Freed => _rule.Freed;

    public int Cached => _rule.Cached;

    public int PeakCached => _rule.PeakCached;

    /// <summary>Replays a policy with or without a capacity.</summary>
    public static SlowKernel Replay(StackOperations operations, string policy, long capacity)
    {
        ArgumentNullException.ThrowIfNull(operations);
        return Replay(
            operations, policy, new Dictionary<string, long> { ["capacity"] = capacity }, new MachineShape(operations.CpuCount));
    }

    /// <summary>Replays any policy, from empty caches or from full ones.</summary>
    public static SlowKernel Replay(
        StackOperations operations,
        string policy,
        IReadOnlyDictionary<string, long> arguments,
        MachineShape machine,
        bool startFull = false)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(machine);
        int[] cpusToFill = startFull ? [.. Enumerable.Range(0, machine.Cpus)] : [];
        SlowKernel kernel = new(SlowRule.Of(policy, arguments, machine), cpusToFill, policy is "parent-return" or "shrinker" or "budget");
        StackOperationKind returnedBy = ReturnedBy(policy);
        bool freesUncharged = policy is "linux-5.18" or "linux-6.19" or "zero-on-free" or "dynamic-4k" or "refill" or "budget";
        for (int task = 0; task < operations.Tasks; task++)
        {
            if (operations.Beginnings[task] == TaskBeginning.Existed
                || (operations.Beginnings[task] == TaskBeginning.WasDead && returnedBy != StackOperationKind.Release))
                kernel._stackOfTask[task] = new SlowStack();
        }

        kernel._rule.TickUntil(operations.FirstNs);
        foreach (int cpu in cpusToFill)
            kernel._rule.Fill(cpu);
        for (int index = 0; index < operations.Count; index++)
        {
            kernel._rule.TickUntil(operations.TimesNs[index]);
            StackOperationKind kind = operations.Kinds[index];
            if (kind == StackOperationKind.FailedCharge && freesUncharged)
                kernel.FreeOf(operations.TaskIds[index]);
            else
                kernel.Apply(
                    kind == StackOperationKind.FailedCharge ? StackOperationKind.Release : kind,
                    operations.Cpus[index],
                    operations.TaskIds[index],
                    returnedBy);
        }

        kernel._rule.TickUntil(operations.LastNs);
        return kernel;
    }

    // The operation at which the policy takes back a dead task's stack, if it does not wait for the stack's own callback.
    private static StackOperationKind ReturnedBy(string policy) => policy switch
    {
        "pages-rcu" or "slab-rcu" or "vmap-nocache-rcu" or "rcu-cache" or "linux-rt-5.10" or "scs" => StackOperationKind.TaskFree,
        "linux-rt-4.9" or "linux-rt-4.12" or "linux-rt-4.17" or "linux-rt-4.20" or "scs-6.17" => StackOperationKind.StructFree,
        _ => StackOperationKind.Release,
    };

    private void FreeOf(int task)
    {
        _stackOfTask.Remove(task);
        _rule.FreeOne();
    }

    private void Apply(StackOperationKind kind, int cpu, int task, StackOperationKind returnedBy)
    {
        switch (kind)
        {
            case StackOperationKind.Allocate:
                SlowStack? cached = _rule.Take(cpu);
                Outcomes.Add(cached is not null);
                _stackOfTask[task] = cached ?? new SlowStack();
                _stackOfTask[task].ForkCpu = cpu;
                break;
            case StackOperationKind.Release when returnedBy == StackOperationKind.Release:
                if (_rule.Dead(_stackOfTask[task], cpu))
                    _stackOfTask.Remove(task);
                else
                    _stackOfTask[task].IsQueued = true;
                break;
            case StackOperationKind.StackCallback when _stackOfTask.TryGetValue(task, out SlowStack? queued) && queued.IsQueued:
                queued.IsQueued = false;
                _rule.Callback(queued, cpu);
                _stackOfTask.Remove(task);
                break;
            case StackOperationKind.CpuOffline:
                _rule.CpuOffline(cpu);
                break;
            case StackOperationKind.LostEvents:
                _rule.LostEvents(cpu);
                foreach (int unknown in _cpusToFill.Where(other => _spansCpus || other == cpu))
                    _rule.Fill(unknown);
                break;
            case StackOperationKind.TaskFree or StackOperationKind.StructFree
                when kind == returnedBy && _stackOfTask.Remove(task, out SlowStack? freed):
                _rule.Callback(freed, cpu);
                break;
        }
    }
}
