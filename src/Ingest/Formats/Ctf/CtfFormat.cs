namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>LTTng's kernel traces: folders in the Common Trace Format 1.8, recognised by their file <c>metadata</c>.</summary>
internal sealed class CtfFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "ctf",
        "Kernel traces of LTTng and of perf data convert --to-ctf: the folder of a CTF 1.8 trace or of a session with one, also in an"
        + " archive.",
        "Forks, execs, exits, frees and switches with time and CPU; kernel, clock and wall clock, discarded events by CPU.",
        "Clone flags (LTTng has no task_newtask); CTF 2; userspace traces; traces of several sessions or domains at once.")
    {
        ReadsFolders = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) => MetadataText.IsMetadata(prefix);

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        if (input.Parts.IsEmpty)
        {
            Reject.Unsupported(
                $"{input.Name} has the metadata of a CTF trace, but no stream with events: give the whole folder, or an archive of it");
        }

        CtfMetadata metadata = TsdlParser.Parse(MetadataText.Read(input));
        if (!metadata.Streams.Values.Any(stream => stream.Events.Values.Any(one => one.Known is not null)))
        {
            string domain = metadata.Environment.GetValueOrDefault("domain", "of an unknown domain");
            Reject.Unsupported(
                $"the CTF trace ({domain}) declares none of the kernel's events that ForkTrace reads; record with"
                + " lttng enable-event -k sched_switch,sched_process_fork,sched_process_exec,sched_process_exit,sched_process_free");
        }

        using CtfRecording recording = new(metadata, options.KeepAll);
        for (int part = 0; part < input.Parts.Length; part++)
        {
            new CtfStreamReader(input.Parts[part], recording).Read();
            options.Progress?.Invoke((part + 1.0) / input.Parts.Length);
        }

        return recording.ToTrace();
    }
}

/// <summary>
/// The text of a metadata file: plain, or in packets (CTF 1.8, 7.1). Each packet begins with
/// <code>
/// 0 magic 75D11D57  4 uuid[16]  20 checksum  24 content_size (bits)  28 packet_size (bits)  32 compression  33 encryption
/// 34 checksum_scheme  35 major  36 minor   37 text
/// </code>
/// </summary>
internal static class MetadataText
{
    private const uint Magic = 0x75D11D57;
    private const int HeadBytes = 37;
    private const int TextBytesMax = 64 << 20;

    /// <summary>True if a file that begins with <paramref name="prefix"/> is the metadata of a CTF 1.8 trace.</summary>
    public static bool IsMetadata(ReadOnlySpan<byte> prefix) =>
        prefix.StartsWith("/* CTF 1.8"u8)
        || (prefix.Length >= 4 && (BitConverter.ToUInt32(prefix) == Magic || BitConverter.ToUInt32(prefix) == Swapped));

    private static uint Swapped => BinaryPrimitives.ReverseEndianness(Magic);

    public static string Read(TraceInput input)
    {
        if (input.Length > TextBytesMax)
            Reject.Unsupported($"the metadata of the CTF trace is larger than {TextBytesMax} bytes");
        ReadOnlySpan<byte> whole = input.SliceUpTo(0, TextBytesMax);
        if (whole.StartsWith("/*"u8))
            return Encoding.UTF8.GetString(whole);
        bool swap = whole.Length >= 4 && BitConverter.ToUInt32(whole) == Swapped;
        StringBuilder text = new();
        ByteCursor cursor = new(whole, 0, swap);
        while (!cursor.IsAtEnd)
        {
            long offset = cursor.Offset;
            uint magic = cursor.ReadUInt32("the head of a metadata packet");
            if (magic != Magic)
                Reject.Invalid("the magic of a metadata packet", offset, $"{magic:x8}", $"{Magic:x8}");
            cursor.ReadBytes(20, "the head of a metadata packet");
            uint contentBytes = cursor.ReadUInt32("the head of a metadata packet") / 8;
            uint packetBytes = cursor.ReadUInt32("the head of a metadata packet") / 8;
            ReadOnlySpan<byte> schemes = cursor.ReadBytes(HeadBytes - 32, "the head of a metadata packet");
            if (schemes[0] != 0 || schemes[1] != 0)
                Reject.Unsupported("the metadata of the CTF trace is compressed or encrypted", offset);
            if (contentBytes < HeadBytes || packetBytes < contentBytes)
                Reject.Invalid("the size of a metadata packet", offset, $"{contentBytes} of {packetBytes}", $"{HeadBytes} or more, in order");
            text.Append(Encoding.UTF8.GetString(cursor.ReadBytes(contentBytes - HeadBytes, "the text of a metadata packet")));
            cursor.ReadBytes(Math.Min(packetBytes - contentBytes, (uint)cursor.Remaining), "the padding of a metadata packet");
        }

        return text.ToString();
    }
}
