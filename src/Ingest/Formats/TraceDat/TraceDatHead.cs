using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>All that a trace.dat says apart from the events themselves.</summary>
public sealed class TraceDatHead
{
    /// <summary>Version of the file, 6 or 7.</summary>
    public required int Version { get; init; }

    public required TracingData Tracing { get; init; }

    public TraceDatOptions Options { get; } = new();

    /// <summary>The ring buffers: the top-level one, where there is one, and the instances.</summary>
    public List<TraceDatBuffer> Buffers { get; } = [];

    /// <summary>Compression of sections and chunks.</summary>
    public ChunkCompression Compression { get; set; }

    /// <summary>Buffers that hold text of a latency tracer instead of pages.</summary>
    public int TextBuffers { get; set; }

    /// <summary>True when the recorder's byte order is not this machine's.</summary>
    public bool Swap => Tracing.IsBigEndian == BitConverter.IsLittleEndian;
}
