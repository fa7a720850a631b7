namespace ForkTrace.Events.Synthesis;

/// <summary>Loads whose hit rate is known by pencil and paper; N is the cache's capacity a CPU.</summary>
public enum LoadShape
{
    /// <summary>One task after the other on each CPU: rcu-cache hits min(1, N / (rate x grace period)), early free always.</summary>
    Sequential,

    /// <summary>k forks, then k deaths, then a pause in which all callbacks run: min(1, N / k) after the first.</summary>
    Bursts,

    /// <summary>Forks and deaths with equal chance, independent of each other: early free hits N / (N + 1).</summary>
    Independent,

    /// <summary>Forks on one CPU, deaths on its neighbour: caches of one CPU never hit.</summary>
    Crossing,
}
