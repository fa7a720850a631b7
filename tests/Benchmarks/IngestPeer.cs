namespace ForkTrace.Benchmarks;

/// <summary>Another reader of a file.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Command">A shell command.</param>
/// <param name="Program">The program that must be installed to run it; null if it could not be built.</param>
/// <param name="Aim">How many times as fast as the peer ForkTrace should be, by CPU time; below 1 it may be slower; 0 if there is no aim.</param>
internal sealed record IngestPeer(string Name, string Command, string? Program, double Aim);
