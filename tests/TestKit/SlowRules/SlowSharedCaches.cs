using ForkTrace.Replay.Contract;

namespace ForkTrace.TestKit.SlowRules;

/// <summary>One cache for the CPUs of a last-level cache, as large as theirs together.</summary>
public sealed class SlowSharedCaches : SlowCaches
{
    private readonly int _capacity;
    private readonly MachineShape _machine;

    public SlowSharedCaches(int capacity, MachineShape machine)
        : base(capacity)
    {
        _capacity = capacity;
        _machine = machine;
        KeyOf = cpu => machine.CacheOfCpu[cpu];
    }

    protected override int CapacityOf(int key) => _capacity * _machine.CacheOfCpu.Count(group => group == key);
}
