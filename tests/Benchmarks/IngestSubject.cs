namespace ForkTrace.Benchmarks;

/// <summary>A file to ingest, and what else reads it.</summary>
internal sealed record IngestSubject(string Name, string Path, params IngestPeer[] Peers);
