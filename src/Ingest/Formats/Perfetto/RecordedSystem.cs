using System.Text;
using ForkTrace.Ingest.Columns;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>The recorded machine, from SystemInfo (protos/perfetto/common/system_info.proto), which comes before any event.</summary>
internal sealed class RecordedSystem
{
    private const int TextBytesMax = 256;

    public string Kernel { get; private set; } = "";

    public string Machine { get; private set; } = "";

    /// <summary>The recorder and its version.</summary>
    public string Recorder { get; private set; } = "";

    /// <summary>CPUs of the machine, 0 where the trace does not say.</summary>
    public int Cpus { get; private set; }

    /// <summary>prev_state bits of a dead task.</summary>
    public long DeathMask { get; private set; } = Tracepoints.DeathStates.Since414;

    /// <summary>Reads utsname = 1 { release = 3, machine = 4 }, tracing_service_version = 4, num_cpus = 8.</summary>
    public void Read(ReadOnlySpan<byte> message)
    {
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 1)
                ReadNames(reader.Bytes);
            else if (reader.Field == 4)
                Recorder = Text(reader.Bytes);
            else if (reader.Field == 8)
                Cpus = (int)Math.Min(reader.Number, Columns.CpuStreams.CpusMax);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, TextBytesMax)]);

    private void ReadNames(ReadOnlySpan<byte> message)
    {
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 3)
                Kernel = Text(reader.Bytes);
            else if (reader.Field == 4)
                Machine = Text(reader.Bytes);
        }

        DeathMask = Tracepoints.DeathStates.FromRelease(Kernel);
    }
}
