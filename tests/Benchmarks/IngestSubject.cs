namespace ForkTrace.Benchmarks;

/// <summary>A file to ingest, and the other readers for it.</summary>
internal sealed record IngestSubject(string Name, string Path, params IngestPeer[] Peers)
{
    /// <summary>The aim in million events per CPU second; 0 if the aim is relative to a peer.</summary>
    public double AimMillions { get; init; }
}
