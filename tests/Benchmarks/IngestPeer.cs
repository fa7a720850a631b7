namespace ForkTrace.Benchmarks;

/// <summary>Another reader of a file.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Command">A shell command.</param>
/// <param name="Program">The program that must be installed to run it; null if it could not be built.</param>
/// <param name="Aim">The aimed ratio of ForkTrace's CPU seconds to the peer's; 0 if there is no aim.</param>
internal sealed record IngestPeer(string Name, string Command, string? Program, double Aim);
