namespace ForkTrace.Ingest.Merge;

/// <summary>The dense task ids of a trace, given out one after the other, with what is known of each task's life.</summary>
public sealed class TaskNumbers
{
    private TaskState[] _states = new TaskState[1024];

    /// <summary>Ids given so far.</summary>
    public int Count { get; private set; }

    internal ref TaskState this[int task] => ref _states[task];

    internal int Open(TaskState state)
    {
        int task = Count++;
        if (task == _states.Length)
            Array.Resize(ref _states, task * 2);
        _states[task] = state;
        return task;
    }
}
