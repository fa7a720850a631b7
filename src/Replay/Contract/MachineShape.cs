namespace ForkTrace.Replay.Contract;

/// <summary>What a policy may know of the machine.</summary>
/// <param name="Cpus">CPUs: every operation's CPU is below it.</param>
public sealed record MachineShape(int Cpus);
