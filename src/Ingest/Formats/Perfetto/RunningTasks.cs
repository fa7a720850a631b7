namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>The thread that runs on each CPU, as switches and events tell it: compact switches do not say what they switch from.</summary>
internal sealed class RunningTasks
{
    /// <summary>Nothing has told yet, or events were lost since.</summary>
    public const int Unknown = -1;

    private (int Tid, int Comm)[] _byCpu = NewUnknown(64);

    /// <summary>The thread of a CPU, and its comm by the number of that CPU's stream.</summary>
    public ref (int Tid, int Comm) At(int cpu)
    {
        if (cpu >= _byCpu.Length)
        {
            (int Tid, int Comm)[] larger = NewUnknown(Math.Max(cpu + 1, _byCpu.Length * 2));
            _byCpu.CopyTo(larger, 0);
            _byCpu = larger;
        }

        return ref _byCpu[cpu];
    }

    /// <summary>Forgets what is known of all CPUs: packets were lost, and nobody knows whose.</summary>
    public void ForgetAll() => Array.Fill(_byCpu, (Unknown, 0));

    private static (int Tid, int Comm)[] NewUnknown(int length)
    {
        (int Tid, int Comm)[] tasks = new (int Tid, int Comm)[length];
        Array.Fill(tasks, (Unknown, 0));
        return tasks;
    }
}
