namespace ForkTrace.Arrow.Writing;

/// <summary>How the buffers of record batches are stored.</summary>
public enum ArrowCompression
{
    /// <summary>As they are: a mapped file is read without a copy.</summary>
    None = 0,

    /// <summary>Each buffer as a zstd frame, or as it is where that is not shorter.</summary>
    Zstd = 1,
}
