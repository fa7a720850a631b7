using System.CommandLine;
using ForkTrace.Cli.Rendering;
using ForkTrace.Cli.Streams;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.Cli.Options;

/// <summary>Which trace a command reads, and how.</summary>
internal sealed class TraceOptions
{
    private readonly Argument<string>? _file;
    private readonly Argument<string[]>? _files;
    private readonly Option<string?> _format = new("--format")
    {
        Description = "Read the recording as this format instead of finding it by its first bytes (see forktrace list formats).",
        HelpName = "NAME",
    };

    private readonly Option<bool> _strict = new("--strict") { Description = "Reject a trace with any loss of data: exit code 3." };
    private readonly Option<int> _threads = SharedOptions.Threads();

    private readonly bool _takesEventFiles;

    private TraceOptions(Command command, string argument, string description, bool takesEventFiles, bool takesSeveral = false)
    {
        _takesEventFiles = takesEventFiles;
        if (takesSeveral)
            command.Add(_files = SharedOptions.Files(argument, description));
        else if (argument.Length > 0)
            command.Add(_file = SharedOptions.File(argument, description));
        command.Add(_format);
        command.Add(_strict);
        command.Add(_threads);
    }

    /// <summary>For a command that reads a recording.</summary>
    public static TraceOptions ForRecording(Command command) =>
        new(command, "TRACE", "A recording: perf.data, trace.dat, or either packed as .zst or .gz.", takesEventFiles: false);

    /// <summary>For a command that reads a recording or what ingest made of one.</summary>
    public static TraceOptions ForAny(Command command) =>
        new(
            command,
            "FILE",
            "A recording (perf.data, trace.dat, either packed as .zst or .gz), or an .arrow file made by ingest.",
            takesEventFiles: true);

    /// <summary>For a command that reads a results database, or else what <see cref="ForAny"/> reads.</summary>
    public static TraceOptions ForAnyOrDatabase(Command command) =>
        new(command, "DB|TRACE", "A database made by forktrace run, or a recording, which is replayed.", takesEventFiles: true);

    /// <summary>For a command that reads one or more of either.</summary>
    public static TraceOptions ForSeveral(Command command) =>
        new(command, "FILE", "Recordings, or .arrow files made by ingest.", takesEventFiles: true, takesSeveral: true);

    /// <summary>For a command whose traces are named elsewhere.</summary>
    public static TraceOptions WithoutFile(Command command) => new(command, "", "", takesEventFiles: true);

    public string Path(ParseResult parsed) => parsed.GetRequiredValue(_file!);

    /// <summary>The paths given to a command that reads several.</summary>
    public string[] Paths(ParseResult parsed) => parsed.GetRequiredValue(_files!);

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>Reads the trace; refuses one with losses under --strict.</summary>
    public EventTable Read(ParseResult parsed, bool keepAll = false) => ReadPath(parsed, Path(parsed), keepAll);

    /// <inheritdoc cref="Read"/>
    public EventTable ReadPath(ParseResult parsed, string path, bool keepAll = false)
    {
        string? format = parsed.GetValue(_format);
        if (format is not null)
            RefuseUnknown(format);
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new UsageException($"there is no file '{path}'");
        EventTable events = format is null && IsEventFile(path)
            ? OpenEventFile(path)
            : ReadRecording(path, new IngestOptions { Format = format, KeepAll = keepAll, Threads = Threads(parsed) });
        if (parsed.GetValue(_strict) && events.Facts.HasDataLoss)
        {
            using (events)
                throw new DataLossException($"{path} is rejected by --strict: {FactsText.DataLoss(events.Facts)}");
        }

        return events;
    }

    private static bool IsEventFile(string path)
    {
        if (Directory.Exists(path))
            return false;
        Span<byte> prefix = stackalloc byte[16];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return file.CanSeek && EventFile.IsEventFile(prefix[..file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false)]);
    }

    private static EventTable ReadRecording(string path, IngestOptions options)
    {
        using ProgressLine? progress = ProgressLine.Start("reading");
        try
        {
            return TraceReader.Read(path, options with { Progress = progress is null ? null : progress.Report });
        }
        catch (IngestException rejection) when (!rejection.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new IngestException(rejection.Code, $"{path}: {rejection.Message}", rejection.Offset);
        }
    }

    private EventTable OpenEventFile(string path) => _takesEventFiles
        ? EventFile.Open(path)
        : throw new IngestException("event_file", $"{path} is an event file already: there is nothing to ingest");

    private static void RefuseUnknown(string format)
    {
        if (!FormatCatalog.All.Any(known => string.Equals(known.Descriptor.Name, format, StringComparison.OrdinalIgnoreCase)))
        {
            string names = string.Join(", ", FormatCatalog.All.Select(known => known.Descriptor.Name));
            throw new UsageException($"there is no trace format '{format}'; known are {names}");
        }
    }
}
