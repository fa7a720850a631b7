namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// What one writer has written: a sequence of packets (trusted_packet_sequence_id). traced_probes has a sequence for each data source, and
/// an event that two of them want is in both (CpuReader::ProcessPagesForDataSource, src/traced/probes/ftrace/cpu_reader.cc).
/// </summary>
internal sealed class PacketSequence : IDisposable
{
    public CpuStreams Streams { get; } = new();
    public RunningTasks Running { get; } = new();

    /// <summary>True if it has a bundle of ftrace events.</summary>
    public bool HasBundles { get; set; }

    public void Dispose() => Streams.Dispose();
}
