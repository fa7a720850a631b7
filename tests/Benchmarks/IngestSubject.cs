namespace ForkTrace.Benchmarks;

/// <summary>A file to ingest, and what else reads it.</summary>
internal sealed record IngestSubject(string Name, string Path, params IngestPeer[] Peers)
{
    /// <summary>Million events that ingest is to read in a CPU second; 0 if the aim is against a peer.</summary>
    public double AimMillions { get; init; }
}
