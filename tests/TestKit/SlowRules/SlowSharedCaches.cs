namespace ForkTrace.TestKit.SlowRules;

/// <summary>One cache for the CPUs of a group, as large as theirs together.</summary>
public sealed class SlowSharedCaches : SlowCaches
{
    private readonly int _capacity;
    private readonly int[] _groupOfCpu;

    public SlowSharedCaches(int capacity, IEnumerable<int> groupOfCpu)
        : base(capacity)
    {
        _capacity = capacity;
        _groupOfCpu = [.. groupOfCpu];
        KeyOf = cpu => _groupOfCpu[cpu];
    }

    protected override int CapacityOf(int key) => _capacity * _groupOfCpu.Count(group => group == key);
}
