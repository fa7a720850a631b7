using ForkTrace.Events;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Cli;

/// <summary>Where ingest writes: a path that can be written without harm to anything that is not an event file.</summary>
internal sealed class OutputFile
{
    private static readonly string[] s_wrappings = [".zst", ".gz", ".xz", ".lz4", ".tgz", ".txz", ".tar", ".zip"];
    private static readonly string[] s_formats = [".perf.data", ".perf", ".data", ".dat"];

    private OutputFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>The path given, else one made from the recording's name. Checked before the work begins.</summary>
    public static OutputFile ForEvents(IReadOnlyList<string> recordings, string? given)
    {
        string path = given ?? DefaultName(NameOf(recordings[0]));
        RefuseUnwritable(path);
        foreach (string recording in recordings.Where(_ => File.Exists(path)))
            RefuseHarm(recording, path);
        return new OutputFile(path);
    }

    /// <summary>For events that no recording is read for. Checked before the work begins.</summary>
    public static OutputFile ForMade(string path)
    {
        RefuseUnwritable(path);
        if (File.Exists(path))
            RefuseForeign(path);
        return new OutputFile(path);
    }

    /// <summary>Refuses a path at which no file can be, before work begins whose result would be lost.</summary>
    public static void RefuseUnwritable(string path)
    {
        if (path.Length == 0)
            throw new UsageException("the output has no name");
        if (Directory.Exists(path))
            throw new UsageException($"cannot write {path}: it is a folder");
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(folder))
            throw new UsageException($"cannot write {path}: there is no folder {folder}");
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(EventTable events)
    {
        try
        {
            EventFile.Write(events, Path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {Path}: {Reason(failure)}");
        }
    }

    /// <summary>
    /// The recording's name with the suffixes of packing and format replaced: <c>a.perf.data.zst</c> gives <c>a.arrow</c>.
    /// </summary>
    internal static string DefaultName(string recording)
    {
        string unwrapped = Without(recording, s_wrappings);
        return unwrapped == recording ? $"{Without(recording, s_formats)}.arrow" : DefaultName(unwrapped);
    }

    // A recording may be standard input, or a folder whose name ends in a slash.
    private static string NameOf(string recording) => recording == TraceOpener.StandardInput
        ? "stdin"
        : System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(recording));

    // The failed file is a temporary one, whose name would only confuse.
    internal static string Reason(Exception failure) => failure switch
    {
        UnauthorizedAccessException => "permission denied",
        FileNotFoundException or DirectoryNotFoundException => "no file can be made in that folder",
        _ => failure.Message,
    };

    private static string Without(string name, string[] suffixes)
    {
        foreach (string suffix in suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return name[..^suffix.Length];
        }

        return name;
    }

    // Writing replaces what is there: never a recording, a device, or a file of another kind.
    private static void RefuseHarm(string recording, string path)
    {
        if (File.Exists(recording) && Resolve(path) == Resolve(recording))
            throw new UsageException($"cannot write {path}: it is the recording itself");
        RefuseForeign(path);
    }

    private static void RefuseForeign(string path)
    {
        Span<byte> prefix = stackalloc byte[64];
        using FileStream there = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        int length = there.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        bool isDevice = path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
        if (isDevice || (length > 0 && !EventFile.IsEventFile(prefix[..length])))
            throw new UsageException($"cannot write {path}: what is there is no event file, and would be lost");
    }

    internal static string Resolve(string path)
    {
        FileInfo file = new(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName;
    }
}
