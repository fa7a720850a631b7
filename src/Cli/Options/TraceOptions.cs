using ForkTrace.Cli.Completion;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Cli.Options;

/// <summary>Which trace a command reads, and how.</summary>
internal sealed class TraceOptions
{
    private const string Recordings = "perf.data, trace.dat or text, packed or not; - for standard input";

    private readonly Argument<string>? _file;
    private readonly Argument<string[]>? _files;
    private readonly Option<string?> _format;

    private readonly Option<bool> _strict = new("--strict") { Description = "Reject a trace with any loss of data: exit code 3." };
    private readonly Option<int> _threads = SharedOptions.Threads();

    private readonly Option<string[]> _instances = new("--instance")
    {
        Description = "Read only this ring buffer of a trace.dat: an instance's name, or top. Without it: all.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<long?> _unpackedMax = SharedOptions.Bytes(
        "--max-unpacked",
        "What a packed recording may unpack to (8G, 512M). Default: 1000 times its size, at most 64G.");

    private readonly FilterOptions? _filter;
    private ProbeMapOption? _probes;
    private readonly bool _takesEventFiles;

    private TraceOptions(
        Command command,
        string argument,
        string description,
        bool takesEventFiles,
        bool takesSeveral = false,
        bool filters = true,
        string format = "--format")
    {
        _takesEventFiles = takesEventFiles;
        _format = new Option<string?>(format)
        {
            Description = "Read the recording as this format (see forktrace list formats). Without it: recognised by its first bytes.",
            HelpName = "NAME",
        };
        _format.OfferFormats();
        if (takesSeveral)
            command.Add(_files = SharedOptions.Files(argument, description));
        else if (argument.Length > 0)
            command.Add(_file = SharedOptions.File(argument, description));
        command.Add(_format);
        command.Add(_instances);
        command.Add(_unpackedMax);
        command.Add(_strict);
        command.Add(_threads);
        if (filters)
            _filter = new FilterOptions(command);
    }

    /// <summary>For a command that reads one recording, in one or more files.</summary>
    public static TraceOptions ForRecording(Command command) =>
        new(
            command,
            "TRACE",
            $"A recording: {Recordings}. Several files of one recording are merged by time.",
            takesEventFiles: false,
            takesSeveral: true);

    /// <summary>For a command that reads a recording or an event file.</summary>
    public static TraceOptions ForAny(Command command) =>
        new(command, "FILE", $"A recording ({Recordings}), or an .arrow file made by ingest.", takesEventFiles: true);

    /// <summary>For a command that reads a results database, a recording or an event file.</summary>
    public static TraceOptions ForAnyOrDatabase(Command command) =>
        new(command, "DB|TRACE", "A database or a folder made by forktrace run, or a recording, which is replayed.", takesEventFiles: true);

    /// <summary>For a command that reads recordings or event files of one load.</summary>
    public static TraceOptions ForRepeats(Command command) =>
        new(
            command,
            "FILE",
            $"A recording ({Recordings}), or an .arrow file made by ingest. Several recordings of one load: means and intervals too.",
            takesEventFiles: true,
            takesSeveral: true);

    /// <summary>For a command that reads one or more recordings or event files.</summary>
    public static TraceOptions ForSeveral(Command command) =>
        new(command, "FILE", "Recordings, or .arrow files made by ingest.", takesEventFiles: true, takesSeveral: true, filters: false);

    /// <summary>The same, or one results database instead.</summary>
    public static TraceOptions ForSeveralOrDatabase(Command command) =>
        new(command, "FILE", "Recordings, or .arrow files made by ingest; or one database made by forktrace run.", takesEventFiles: true, takesSeveral: true, filters: false);

    /// <summary>Adds <c>--probe-map</c>.</summary>
    public TraceOptions WithProbeMap(Command command)
    {
        _probes = new ProbeMapOption(command);
        return this;
    }

    /// <summary>For a command whose traces are named elsewhere.</summary>
    public static TraceOptions WithoutFile(Command command) => new(command, "", "", takesEventFiles: true);

    /// <summary>The same, without the filter options.</summary>
    public static TraceOptions WithoutFileOrFilter(Command command) => new(command, "", "", takesEventFiles: true, filters: false);

    /// <summary>For a command whose trace is an option, and whose <c>--format</c> is the format of its output.</summary>
    public static TraceOptions BesideOutput(Command command) => new(command, "", "", takesEventFiles: true, format: "--trace-format");

    public string Path(ParseResult parsed) => _file is null ? parsed.GetRequiredValue(_files!)[0] : parsed.GetRequiredValue(_file);

    /// <summary>The paths given to a command that reads several.</summary>
    public string[] Paths(ParseResult parsed) => parsed.GetRequiredValue(_files!);

    /// <summary>What a packed recording may unpack to, in bytes; null for the default.</summary>
    public long? UnpackedMaxBytes(ParseResult parsed) => parsed.GetValue(_unpackedMax);

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>
    /// Opens a trace to replay it. An event file, or a large recording without a filter, may be too long for memory. Refuses one with losses
    /// under --strict.
    /// </summary>
    public OpenedTrace Open(ParseResult parsed, string path)
    {
        RefuseMissing(path);
        if (!_takesEventFiles || Directory.Exists(path) || (_filter is { } filter && !filter.IsEmpty(parsed)))
            return new OpenedTrace(ReadPath(parsed, path));

        string shown = TraceOpener.Shown(path);
        IngestOptions options = Options(parsed, keepAll: false);
        FileStream file = TraceOpener.OpenFile(path);
        LongTrace? trace = null;
        try
        {
            trace = AsEventFile(file, path, options);
            if (trace is null)
                return new OpenedTrace(Checked(parsed, shown, ReadFile(file, path, options)));
            RefuseLosses(parsed, shown, trace.Facts);
            return new OpenedTrace(trace, shown);
        }
        catch
        {
            trace?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the trace; refuses one with losses under --strict.</summary>
    public EventTable Read(ParseResult parsed, bool keepAll = false) => ReadPath(parsed, Path(parsed), keepAll);

    /// <summary>Reads all the paths as one recording; refuses one with losses under --strict.</summary>
    public EventTable ReadJoint(ParseResult parsed, bool keepAll = false)
    {
        string[] paths = Paths(parsed);
        if (paths.Length == 1)
            return ReadPath(parsed, paths[0], keepAll);
        foreach (string path in paths)
            RefuseMissing(path);
        IngestOptions options = Options(parsed, keepAll);
        return Checked(parsed, string.Join(" + ", paths), Reading(options, paths, reading => TraceReader.Read(paths, reading)));
    }

    /// <summary>
    /// Passes the recording to <paramref name="use"/> batch by batch, as far as possible while it is read. False if it must be read as a
    /// whole: because there is a filter, or because events are out of order.
    /// </summary>
    public bool TryStream(ParseResult parsed, bool keepAll, Action<EventStream> use)
    {
        string[] paths = Paths(parsed);
        if (_filter is { } filter && !filter.IsEmpty(parsed))
            return false;
        foreach (string path in paths)
            RefuseMissing(path);
        IngestOptions options = Options(parsed, keepAll);
        bool isOne = paths.Length == 1;
        if (isOne && options.Format is null && IsEventFile(paths[0]))
            return false;
        bool Use() => Reading(options, paths, reading =>
        {
            using EventStream events = TraceReader.Stream(paths, reading);
            use(events);
            return true;
        });
        try
        {
            return isOne ? Naming(paths[0], Use) : Use();
        }
        catch (OutOfOrderException)
        {
            return false;
        }
    }

    /// <summary>Refuses a recording with losses under --strict.</summary>
    public void RefuseLosses(ParseResult parsed, TraceFacts facts) =>
        RefuseLosses(parsed, string.Join(" + ", Paths(parsed).Select(TraceOpener.Shown)), facts);

    /// <inheritdoc cref="Read"/>
    public EventTable ReadPath(ParseResult parsed, string path, bool keepAll = false)
    {
        IngestOptions options = Options(parsed, keepAll);
        RefuseMissing(path);
        return Checked(parsed, TraceOpener.Shown(path), Directory.Exists(path)
            ? Naming(path, () => Reading(options, [], reading => TraceReader.Read(path, reading)))
            : ReadFile(TraceOpener.OpenFile(path), path, options));
    }

    /// <summary>Reads a trace with no option set.</summary>
    public static EventTable ReadPlain(string path)
    {
        Command bare = new("bare");
        TraceOptions trace = ForAny(bare);
        return trace.Read(bare.Parse([path]));
    }

    private static void RefuseMissing(string path)
    {
        if (path != TraceOpener.StandardInput && !File.Exists(path) && !Directory.Exists(path))
            throw new UsageException($"there is no file '{path}'");
    }

    // Readers report the share that is done. It is shown in bytes if the size of the files is known.
    private static T Reading<T>(IngestOptions options, string[] files, Func<IngestOptions, T> read)
    {
        const long Shares = 1000;
        using ProgressLine line = ProgressLine.Start();
        long bytes = files.Where(File.Exists).Sum(file => new FileInfo(file).Length);
        WorkProgress.Step? step = line.Progress?.Begin("reading", bytes > 0 ? "bytes" : "", bytes > 0 ? bytes : Shares);
        return read(options with { Progress = step is null ? null : share => step.Reach((long)(share * step.Total)) });
    }

    private static T Naming<T>(string path, Func<T> read)
    {
        string shown = TraceOpener.Shown(path);
        try
        {
            return read();
        }
        catch (IngestException rejection) when (!rejection.Message.StartsWith(shown, StringComparison.Ordinal))
        {
            throw new IngestException(rejection.Code, $"{shown}: {rejection.Message}", rejection.Offset);
        }
    }

    private IngestOptions Options(ParseResult parsed, bool keepAll)
    {
        string? format = parsed.GetValue(_format);
        if (format is not null)
            RefuseUnknown(format);
        return new IngestOptions
        {
            Format = format,
            KeepAll = keepAll,
            Instances = [.. parsed.GetValue(_instances) ?? []],
            UnpackedMaxBytes = UnpackedMaxBytes(parsed),
            Threads = Threads(parsed),
            Probes = _probes?.Read(parsed),
        };
    }

    // A pipe can be read only once, so the opener copies it to a file. The first bytes of that copy show whether it is an event file.
    private EventTable ReadFile(FileStream file, string path, IngestOptions options)
    {
        if (options.Format is null && options.Instances.IsEmpty && IsEventFile(file))
        {
            using (file)
            {
                if (options.Probes is not null)
                    throw new UsageException($"{path} is an event file, whose probes have been read: give --probe-map to forktrace ingest");
                return OpenEventFile(path, file);
            }
        }

        return Naming(path, () => Reading(options, [file.Name], reading => TraceReader.Read(file, path, reading)));
    }

    // Null if it is read into memory. Otherwise the result owns the file.
    private static LongTrace? AsEventFile(FileStream file, string path, IngestOptions options)
    {
        string place = PlaceOf(file, path);
        if (IsEventFile(file))
        {
            return options is { Format: null, Instances.IsEmpty: true, Probes: null }
                ? NamingEventFile(place, path, () => LongTrace.OfEventFile(place, file))
                : null;
        }

        if (file.Length < LongTrace.RecordingBytesMin)
            return null;
        try
        {
            LongTrace trace = Naming(path, () => Reading(options, [file.Name], reading =>
                LongTrace.OfRecording(TraceOpener.Shown(path), () => TraceReader.Stream(TraceOpener.OpenFile(place), path, reading))));
            file.Dispose();
            return trace;
        }
        catch (OutOfOrderException)
        {
            // It must be read as a whole.
            return null;
        }
    }

    private EventTable Checked(ParseResult parsed, string shown, EventTable events)
    {
        try
        {
            RefuseLosses(parsed, shown, events.Facts);
        }
        catch
        {
            events.Dispose();
            throw;
        }

        return _filter is null ? events : _filter.Apply(parsed, events);
    }

    // For a pipe, this is known only when it is read.
    private static bool IsEventFile(string path)
    {
        if (path == TraceOpener.StandardInput || !File.Exists(path) || new FileInfo(path).Length == 0)
            return false;
        using FileStream file = TraceOpener.OpenFile(path);
        return IsEventFile(file);
    }

    private static bool IsEventFile(FileStream file)
    {
        Span<byte> prefix = stackalloc byte[16];
        file.Position = 0;
        int length = file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return EventFile.IsEventFile(prefix[..length]);
    }

    private EventTable OpenEventFile(string path, FileStream file)
    {
        if (!_takesEventFiles)
            throw new IngestException("event_file", $"{TraceOpener.Shown(path)} is an event file already: there is nothing to ingest");
        string place = PlaceOf(file, path);
        return NamingEventFile(place, path, () => EventFile.Open(place));
    }

    // The copy of a pipe has no name, but as long as it is open, it can be opened by its descriptor in /proc.
    private static string PlaceOf(FileStream file, string path) => file.Name == System.IO.Path.GetFullPath(path)
        ? path
        : string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}");

    private static T NamingEventFile<T>(string place, string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (EventFileException damage) when (place != path)
        {
            throw new EventFileException(damage.Message.Replace(place, TraceOpener.Shown(path), StringComparison.Ordinal), damage);
        }
    }

    private void RefuseLosses(ParseResult parsed, string shown, TraceFacts facts)
    {
        if (parsed.GetValue(_strict) && facts.HasDataLoss)
            throw new DataLossException($"{shown} is rejected by --strict: {FactsText.DataLoss(facts)}");
    }

    private static void RefuseUnknown(string format)
    {
        if (!FormatCatalog.All.Any(known => string.Equals(known.Descriptor.Name, format, StringComparison.OrdinalIgnoreCase)))
        {
            string names = string.Join(", ", FormatCatalog.All.Select(known => known.Descriptor.Name));
            throw new UsageException($"there is no trace format '{format}'; known are {names}");
        }
    }
}
