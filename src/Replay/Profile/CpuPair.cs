namespace ForkTrace.Replay.Profile;

/// <summary>How many tasks took their stack on one CPU and gave it back on another, or on the same.</summary>
public readonly record struct CpuPair(int ForkCpu, int DeathCpu, long Tasks);
