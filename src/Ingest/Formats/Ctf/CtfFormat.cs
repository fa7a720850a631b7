using ForkTrace.Ingest.Merge;

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>What LTTng records of a kernel: a folder in the Common Trace Format 1.8. Known by its file <c>metadata</c>.</summary>
public sealed class CtfFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "ctf",
        "Kernel traces of LTTng: the folder of a CTF 1.8 trace, or of a session that holds one, also in an archive.",
        "Forks, execs, exits, frees and switches with time and CPU; kernel, clock and wall clock, discarded events by CPU.",
        "Clone flags (LTTng has no task_newtask); CTF 2; userspace traces; traces of several sessions or domains at once.");

    public bool Sniff(ReadOnlySpan<byte> prefix) => MetadataText.IsMetadata(prefix);

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        if (input.Parts.IsEmpty)
        {
            Reject.Unsupported(
                $"{input.Name} is the metadata of a CTF trace, or its streams are empty: give the folder, or an archive of it");
        }

        CtfMetadata metadata = TsdlParser.Parse(MetadataText.Read(input));
        if (!metadata.Streams.Values.Any(stream => stream.Events.Values.Any(one => one.Known is not null)))
        {
            string domain = metadata.Environment.GetValueOrDefault("domain", "of an unknown domain");
            Reject.Unsupported(
                $"the CTF trace ({domain}) declares no kernel events; record with"
                + " lttng enable-event -k sched_switch,sched_process_fork,sched_process_exec,sched_process_exit,sched_process_free");
        }

        CtfRecording recording = new(metadata, options.KeepAll);
        try
        {
            for (int part = 0; part < input.Parts.Length; part++)
            {
                new CtfStreamReader(input.Parts[part], recording).Read();
                options.Progress?.Invoke((part + 1.0) / input.Parts.Length);
            }

            return recording.ToTrace();
        }
        catch
        {
            recording.Streams.Dispose();
            throw;
        }
    }
}
