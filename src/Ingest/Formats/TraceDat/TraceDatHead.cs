using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>All that a trace.dat says apart from the events themselves.</summary>
public sealed class TraceDatHead
{
    // The largest machines have some thousand CPUs, the busiest recordings some dozen instances.
    private const int BuffersMax = 4096;
    private const int CpuSectionsMax = 1 << 20;

    private readonly List<TraceDatBuffer> _buffers = [];
    private readonly List<TextBuffer> _texts = [];
    private int _cpuSections;

    /// <summary>Version of the file, 6 or 7.</summary>
    public required int Version { get; init; }

    public required TracingData Tracing { get; init; }

    public TraceDatOptions Options { get; } = new();

    /// <summary>The ring buffers: the top-level one, where there is one, and the instances.</summary>
    public IReadOnlyList<TraceDatBuffer> Buffers => _buffers;

    /// <summary>Compression of sections and chunks.</summary>
    public ChunkCompression Compression { get; set; }

    /// <summary>Buffers that hold text of a latency tracer instead of pages.</summary>
    public IReadOnlyList<TextBuffer> Texts => _texts;

    /// <summary>True when the recorder's byte order is not this machine's.</summary>
    public bool Swap => Tracing.IsBigEndian == BitConverter.IsLittleEndian;

    /// <summary>Adds a buffer of text; rejects numbers that only a hostile file has.</summary>
    public void Add(TextBuffer text, long offset)
    {
        _texts.Add(text);
        if (_texts.Count > BuffersMax)
            Reject.Invalid("the number of buffers", offset, $"{_texts.Count}", $"at most {BuffersMax}");
    }

    /// <summary>Adds a buffer; rejects numbers that only a hostile file has.</summary>
    public void Add(TraceDatBuffer buffer, long offset)
    {
        _buffers.Add(buffer);
        _cpuSections += buffer.Cpus.Length;
        if (_buffers.Count > BuffersMax)
            Reject.Invalid("the number of buffers", offset, $"{_buffers.Count}", $"at most {BuffersMax}");
        if (_cpuSections > CpuSectionsMax)
            Reject.Invalid("the number of CPUs of all buffers", offset, $"{_cpuSections}", $"at most {CpuSectionsMax}");
    }
}
