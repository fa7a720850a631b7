namespace ForkTrace.Benchmarks;

/// <summary>Another reader of a file.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Command">A shell command.</param>
/// <param name="Program">What must be there to run it; null if it could not even be made.</param>
/// <param name="Aim">How many times its CPU seconds ForkTrace's are to be; 0 if there is no aim.</param>
internal sealed record IngestPeer(string Name, string Command, string? Program, double Aim);
