using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.TestKit;

/// <summary>
/// The policies once more, written to be obvious and slow: every stack is an object with a place, caches are lists. What the
/// engine counts must be what this does.
/// </summary>
public sealed class SlowKernel
{
    private readonly Dictionary<int, Stack> _stackOfTask = [];
    private readonly Dictionary<int, List<Stack>> _cacheOfCpu = [];
    private readonly string _policy;
    private readonly long _capacity;

    private SlowKernel(string policy, long capacity)
    {
        _policy = policy;
        _capacity = capacity;
    }

    /// <summary>For each allocation in order: true if it was served from a cache.</summary>
    public List<bool> Outcomes { get; } = [];

    public int Freed { get; private set; }

    public int Cached => _cacheOfCpu.Values.Sum(cache => cache.Count);

    public int PeakCached { get; private set; }

    public static SlowKernel Replay(StackOperations operations, string policy, long capacity)
    {
        SlowKernel kernel = new(policy, capacity);
        for (int task = 0; task < operations.Tasks; task++)
        {
            if (operations.Beginnings[task] == TaskBeginning.Existed || operations.Beginnings[task] == TaskBeginning.WasDead)
                kernel._stackOfTask[task] = new Stack();
        }

        for (int index = 0; index < operations.Count; index++)
        {
            kernel.Apply(operations.Kinds[index], operations.Cpus[index], operations.TaskIds[index]);
            kernel.PeakCached = Math.Max(kernel.PeakCached, kernel.Cached);
        }

        return kernel;
    }

    private void Apply(StackOperationKind kind, int cpu, int task)
    {
        bool waitsForFree = _policy is "pages-rcu" or "vmap-nocache-rcu" or "rcu-cache";
        switch (kind)
        {
            case StackOperationKind.Allocate:
                Allocate(cpu, task);
                break;
            case StackOperationKind.Release when !waitsForFree:
                Release(cpu, task);
                break;
            case StackOperationKind.StackCallback when _stackOfTask.TryGetValue(task, out Stack? queued) && queued.IsQueued:
                CacheOrFree(cpu, task);
                break;
            case StackOperationKind.TaskFree when waitsForFree && _stackOfTask.ContainsKey(task):
                CacheOrFree(cpu, task);
                break;
        }
    }

    private void Allocate(int cpu, int task)
    {
        List<Stack> cache = CacheOf(cpu);
        bool hit = cache.Count > 0;
        Outcomes.Add(hit);
        Stack stack = hit ? cache[^1] : new Stack();
        if (hit)
            cache.RemoveAt(cache.Count - 1);
        stack.IsQueued = false;
        _stackOfTask[task] = stack;
    }

    private void Release(int cpu, int task)
    {
        Stack stack = _stackOfTask[task];
        if (_policy == "linux-5.18" && CacheOf(cpu).Count >= _capacity)
            stack.IsQueued = true;
        else
            CacheOrFree(cpu, task);
    }

    private void CacheOrFree(int cpu, int task)
    {
        bool hasCache = _policy is "rcu-cache" or "linux-4.9" or "linux-5.18";
        if (hasCache && CacheOf(cpu).Count < _capacity)
            CacheOf(cpu).Add(_stackOfTask[task]);
        else
            Freed++;
        _stackOfTask.Remove(task);
    }

    private List<Stack> CacheOf(int cpu)
    {
        if (!_cacheOfCpu.TryGetValue(cpu, out List<Stack>? cache))
            _cacheOfCpu[cpu] = cache = [];
        return cache;
    }

    private sealed class Stack
    {
        public bool IsQueued { get; set; }
    }
}
