namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>How sections and chunks of a file are compressed.</summary>
public enum ChunkCompression
{
    None,
    Zstd,
    Zlib,
}
