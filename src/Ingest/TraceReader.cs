using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Ingest;

/// <summary>From a path to an event table: the whole of ingest, for any format.</summary>
public static class TraceReader
{
    /// <summary>
    /// Reads a recording: a file, a folder of <c>perf record --threads</c>, or <see cref="TraceOpener.StandardInput"/>. Throws
    /// <see cref="IngestException"/> if the input is rejected or changed while it was read, <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if
    /// it cannot be read.
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
    /// Reads a recording batch by batch, while it is being read: formats that tell how far their events are complete need memory for a
    /// part of it only, whatever its length. Of other formats, and with a probe map, the batches come when all has been read. Rows, names
    /// and facts are those of <see cref="Read(string, IngestOptions)"/>; a recording that needs its end to be understood makes
    /// <see cref="EventStream.Next"/> throw <see cref="OutOfOrderException"/>, unless it comes through a pipe: then its facts say what
    /// could not be put right. Throws as Read does, at once or from <see cref="EventStream.Next"/>.
    /// </summary>
    public static EventStream Stream(string path, IngestOptions? options = null)
    {
        options ??= new IngestOptions();
        TraceInput input = TraceOpener.OpenOnce(path, options);
        if (options.Probes is not null)
            return new WholeTrace(Read(input, path, options));
        return new StreamedTrace(input, options, rounds => Decode(input, path, options with { Rounds = rounds }));
    }

    /// <summary>
    /// Reads several files of one recording, merged by time. Rejects files whose clocks cannot be compared. A file that names another as
    /// its host's is taken for a guest's: its CPUs come after the host's, and its tids are its own.
    /// </summary>
    public static EventTable Read(IReadOnlyList<string> paths, IngestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        options ??= new IngestOptions();
        if (paths.Count == 1)
            return Read(paths[0], options);
        if (GivenTwice.Find(paths) is { } twice)
            throw ComparableClocks.Twice(twice.Second);
        using RecordingMerge merge = new();
        foreach (string path in paths)
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

                // Of several files, a rejection must say which.
                if (failure is IngestException rejection)
                    throw new IngestException(rejection.Code, $"{TraceOpener.Shown(path)}: {rejection.Message}", rejection.Offset);
                throw;
            }
        }

        try
        {
            return merge.Assemble();
        }
        finally
        {
            merge.RequireUnchanged();
        }
    }

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
                // Also where what was read made no sense: then this is why.
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
            Reject.Unsupported($"{input.Name} is a folder of {descriptor.Name}: only folders of {Those(other => other.ReadsFolders)} are read");
        if (!options.Instances.IsEmpty && !descriptor.HasInstances)
            Reject.Unsupported($"{descriptor.Name} has no ring buffers to choose from: only {Those(other => other.HasInstances)} has");
        if (options.Probes is not { } probes)
            return format.Read(input, options);
        string takers = Those(other => other.TakesProbeMap);
        if (!descriptor.TakesProbeMap)
            Reject.For("probe_map", $"{probes.Origin}: a probe map is not read with {descriptor.Name}, but with {takers}");
        DecodedTrace decoded = format.Read(input, options);
        decoded.Probes = probes;
        return decoded;
    }

    private static string Those(Func<FormatDescriptor, bool> can) =>
        string.Join(", ", FormatCatalog.All.Select(format => format.Descriptor).Where(can).Select(descriptor => descriptor.Name));
}
