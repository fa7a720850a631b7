using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Policies;

namespace ForkTrace.Replay.Tests;

/// <summary>A policy with a fault. It is generic only so that a search for policies in this assembly does not find it.</summary>
public readonly struct BrokenPolicy<T>(BrokenPolicyFault fault, long capacity, MachineShape machine) : IStackPolicy<BrokenPolicy<T>>
    where T : struct
{
    private static long s_deaths;
    private readonly BrokenPolicyFault _fault = fault;
    private readonly PerCpuCaches _caches = new(machine.Cpus, capacity);
    private readonly int[] _deaths = new int[1];
    private readonly object?[] _kept = new object?[1];

    public static PolicyDescriptor Descriptor => throw new NotSupportedException("The entry has it.");

    public static BrokenPolicy<T> Create(PolicyArguments arguments, MachineShape machine) => throw new NotSupportedException("The entry makes it.");

    public static long Empty(ref BrokenPolicy<T> policy, int cpu, bool isOffline) =>
        policy._fault == BrokenPolicyFault.Share ? policy._caches.Empty(cpu) : 0;

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        if (_fault == BrokenPolicyFault.Allocate)
            _kept[0] = new object();
        bool hasOther = _fault == BrokenPolicyFault.Share && _caches.TryTake((cpu + 1) % machine.Cpus);
        if (_fault == BrokenPolicyFault.Invent || hasOther || _caches.TryTake(cpu))
            ledger.Reuse(task);
        else
            ledger.MapNew(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        int death = ++_deaths[0];
        if (_fault == BrokenPolicyFault.Throw && death == 3)
            throw new InvalidOperationException("third death");
        bool drops = (_fault == BrokenPolicyFault.Static && Interlocked.Increment(ref s_deaths) % 7 == 0)
            || (_fault == BrokenPolicyFault.Claim && death % 2 == 0);
        if (_fault == BrokenPolicyFault.Leak && death % 5 == 0)
            _caches.TryTake(cpu);
        if (_fault == BrokenPolicyFault.Leak && death % 7 == 0)
            ledger.Reuse(task);
        int next = (cpu + 1) % machine.Cpus;
        if (_fault == BrokenPolicyFault.DropElsewhere && next != cpu && _caches.TryTake(next))
            ledger.FreeCached(next, 1);
        if (!drops && _caches.TryPut(cpu))
            ledger.Cache(task);
        else if (_fault != BrokenPolicyFault.Keep)
            ledger.Free(task);
    }
}
