using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Ingest;

/// <summary>Reads a recording of any format into an event table.</summary>
public static class TraceReader
{
    /// <summary>
    /// Reads a recording: a file, a folder of <c>perf record --threads</c>, or <see cref="TraceOpener.StandardInput"/>. Throws
    /// <see cref="IngestException"/> if the input is rejected or changed while it was read, <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if it cannot be read.
    /// </summary>
    public static EventTable Read(string path, IngestOptions? options = null) =>
        Read(TraceOpener.Open(path, options?.UnpackedMaxBytes), path, options ?? new IngestOptions());

    /// <summary>Reads a recording from a file of <see cref="TraceOpener.OpenFile"/>, which is closed at the end.</summary>
    public static EventTable Read(FileStream file, string path, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Read(TraceOpener.Open(file, path, options.UnpackedMaxBytes), path, options);
    }

    /// <summary>
    /// Reads a recording in batches. If the format shows up to which time its events are complete, memory does not grow with the length of
    /// the recording. For other formats, and with a probe map, the batches come after the whole recording has been read. Rows, names and
    /// facts are the same as from <see cref="Read(string, IngestOptions)"/>. If the recording's end is needed to interpret its beginning,
    /// <see cref="EventStream.Next"/> throws <see cref="OutOfOrderException"/>; for a pipe, the facts report what is wrong instead. Throws
    /// the same exceptions as Read, here or from <see cref="EventStream.Next"/>.
    /// </summary>
    public static EventStream Stream(string path, IngestOptions? options = null)
    {
        options ??= new IngestOptions();
        return Stream(TraceOpener.OpenOnce(path, options), path, options);
    }

    /// <summary>The same for a file of <see cref="TraceOpener.OpenFile"/>, which is closed at the end.</summary>
    public static EventStream Stream(FileStream file, string path, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Stream(TraceOpener.Open(file, path, options.UnpackedMaxBytes), path, options);
    }

    /// <summary>
    /// Reads several files of one recording and merges them by time. Rejects files whose clocks cannot be compared. A file that names
    /// another as its host is a guest's: its CPUs are numbered after the host's, and its tids are separate.
    /// </summary>
    public static EventTable Read(IReadOnlyList<string> paths, IngestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        options ??= new IngestOptions();
        if (paths.Count == 1)
            return Read(paths[0], options);
        RequireDifferent(paths);
        using RecordingMerge merge = new();
        foreach (string path in paths)
            AddTo(merge, path, options);
        try
        {
            using DecodedTrace joint = merge.Joint();
            return TraceAssembler.Assemble(joint, merge);
        }
        finally
        {
            merge.RequireUnchanged();
        }
    }

    /// <summary>
    /// Reads several files of one recording in batches, one file after another. Memory does not grow with their length if they are given
    /// in the order of their times and named as <c>perf record --switch-output</c> names them; other files are first read as a whole.
    /// Throws as <see cref="Stream(string, IngestOptions)"/>.
    /// </summary>
    public static EventStream Stream(IReadOnlyList<string> paths, IngestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        options ??= new IngestOptions();
        if (paths.Count == 1)
            return Stream(paths[0], options);
        if (options.Probes is not null || !paths.All(SwitchedOutput.IsName))
            return new WholeTrace(Read(paths, options));
        RequireDifferent(paths);
        RecordingMerge merge = new();
        return new StreamedTrace(merge, options, rounds => DecodeInTurn(merge, paths, options, rounds));
    }

    private static DecodedTrace DecodeInTurn(RecordingMerge merge, IReadOnlyList<string> paths, IngestOptions options, IRounds rounds)
    {
        List<RawEventStream> before = [];
        for (int file = 0; file < paths.Count; file++)
        {
            int done = file;
            AddTo(merge, paths[file], options with
            {
                Rounds = new SeriesRounds(rounds, [.. before]),
                Progress = options.Progress is { } progress ? share => progress((done + share) / paths.Count) : null,
            });
            foreach (RawEventStream stream in merge.Latest.Streams)
            {
                stream.Complete();
                before.Add(stream);
            }
        }

        return merge.Joint();
    }

    private static void RequireDifferent(IReadOnlyList<string> paths)
    {
        if (GivenTwice.Find(paths) is { } twice)
            throw ComparableClocks.Twice(twice.Second);
    }

    private static void AddTo(RecordingMerge merge, string path, IngestOptions options)
    {
        TraceInput input = TraceOpener.Open(path, options.UnpackedMaxBytes);
        try
        {
            merge.Add(TraceOpener.Shown(path), input, Decode(input, path, options));
        }
        catch (Exception failure)
        {
            using (input)
                input.RequireUnchanged();

            // With several files, the message must name the file.
            if (failure is IngestException rejection)
                throw new IngestException(rejection.Code, $"{TraceOpener.Shown(path)}: {rejection.Message}", rejection.Offset);
            throw;
        }
    }

    private static EventStream Stream(TraceInput input, string path, IngestOptions options) => options.Probes is not null
        ? new WholeTrace(Read(input, path, options))
        : new StreamedTrace(input, options, rounds => Decode(input, path, options with { Rounds = rounds }));

    private static EventTable Read(TraceInput input, string path, IngestOptions options)
    {
        using (input)
        {
            try
            {
                using DecodedTrace decoded = Decode(input, path, options);
                return TraceAssembler.Assemble(decoded, input);
            }
            finally
            {
                // Also after a failure: if the input was changed, that is the cause.
                input.RequireUnchanged();
            }
        }
    }

    private static DecodedTrace Decode(TraceInput input, string path, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        KernelFacts? kernel = KernelFactsFile.Read(path);
        DecodedTrace decoded = Decode(input, options);
        if (kernel is not null)
            decoded.Facts = KernelFactsFile.Join(decoded.Facts, kernel);
        return decoded;
    }

    private static DecodedTrace Decode(TraceInput input, IngestOptions options)
    {
        ITraceFormat format = options.Format is null
            ? FormatCatalog.Probe(input.SliceUpTo(0, FormatCatalog.PrefixBytes))
            : FormatCatalog.ByName(options.Format);
        FormatDescriptor descriptor = format.Descriptor;
        if (!input.Parts.IsEmpty && !descriptor.ReadsFolders)
            Reject.Unsupported($"{input.Name} is a folder; formats that can be folders: {Those(other => other.ReadsFolders)}");
        if (!options.Instances.IsEmpty && !descriptor.HasInstances)
            Reject.Unsupported($"{descriptor.Name} has no ring buffers to choose from; {Those(other => other.HasInstances)} has");
        if (options.Probes is not { } probes)
            return format.Read(input, options);
        string takers = Those(other => other.TakesProbeMap);
        if (!descriptor.TakesProbeMap)
            Reject.For("probe_map", $"{probes.Origin}: a probe map cannot be used with {descriptor.Name}, only with {takers}");
        DecodedTrace decoded = format.Read(input, options);
        decoded.Probes = probes;
        return decoded;
    }

    private static string Those(Func<FormatDescriptor, bool> can) =>
        string.Join(", ", FormatCatalog.All.Select(format => format.Descriptor).Where(can).Select(descriptor => descriptor.Name));
}
