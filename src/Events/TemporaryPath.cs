using System.Collections.Concurrent;
using System.Diagnostics;

namespace ForkTrace.Events;

/// <summary>
/// The path of a temporary file or folder. It is removed when this object is disposed, and when SIGINT, SIGTERM or SIGHUP ends the process.
/// A killed process leaves it behind; the next process in the same folder removes the leftovers of processes that have ended.
/// </summary>
/// <remarks>
/// Names contain the process id: <c>forktrace-PID-RANDOM</c> in the folder for temporary files, <c>.NAME.forktrace-PID-RANDOM.partial</c>
/// next to an output. The id of a process in another container has no meaning here, but its files are locked while it writes them.
/// </remarks>
internal sealed class TemporaryPath : IDisposable
{
    private const string Mark = "forktrace-";
    private const string Suffix = ".partial";

    // DuckDB keeps this log next to an open database.
    private const string LogSuffix = ".wal";
    private const int RandomLetters = 8;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly ConcurrentDictionary<string, bool> s_live = new(StringComparer.Ordinal);

    // Where this process has looked for leftovers. A folder for temporary files may have very many entries.
    private static readonly ConcurrentDictionary<(string Folder, string Pattern), bool> s_searched = new();

    // Registered for the life of the process. The signal then has its usual effect.
    private static readonly PosixSignalRegistration[] s_signals =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, static _ => RemoveAll())),
    ];

    private TemporaryPath(string folder, string before, string after, bool outlivesSignals = false)
    {
        RemoveStale(folder, $"{(before.Length > 0 ? ".*." : "")}{Mark}*{after}*");
        Path = System.IO.Path.Combine(
            folder, $"{before}{Mark}{Environment.ProcessId}-{System.IO.Path.GetRandomFileName()[..RandomLetters]}{after}");
        if (!outlivesSignals)
            s_live[Path] = true;
        GC.KeepAlive(s_signals);
    }

    public string Path { get; }

    /// <summary>A path next to a file, for the content that will become the file.</summary>
    public static TemporaryPath Beside(string fullPath) => new(
        System.IO.Path.GetDirectoryName(fullPath) ?? "/", $".{System.IO.Path.GetFileName(fullPath)}.", Suffix);

    /// <summary>A path in the folder for temporary files.</summary>
    public static TemporaryPath InTemporaryFolder() => new(System.IO.Path.GetTempPath(), "", "");

    /// <summary>A new folder in the folder for temporary files, which only its owner can enter.</summary>
    /// <param name="outlivesSignals">True for a process that continues after a signal and still needs the content.</param>
    public static TemporaryPath NewFolder(bool outlivesSignals = false)
    {
        TemporaryPath folder = new(System.IO.Path.GetTempPath(), "", "", outlivesSignals);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder.Path);
        else
            Directory.CreateDirectory(folder.Path, OwnerOnly);
        return folder;
    }

    public void Dispose()
    {
        Remove(Path);
        s_live.TryRemove(Path, out _);
    }

    private static void RemoveAll()
    {
        foreach (string path in s_live.Keys)
        {
            Remove(path);
            Remove(path + LogSuffix);
        }
    }

    // If it cannot be removed now, such as a file that Windows has mapped, it is removed later as stale.
    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else if (File.Exists(path))
                File.Delete(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void RemoveStale(string folder, string pattern)
    {
        if (!s_searched.TryAdd((folder, pattern), true))
            return;
        EnumerationOptions all = new() { MatchType = MatchType.Simple, AttributesToSkip = FileAttributes.None };
        try
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(folder, pattern, all).Where(IsStale))
                Remove(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // An unreadable folder keeps its content.
        }
    }

    private static bool IsStale(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        string own = name[(name.LastIndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
        string[] parts = own.Replace(LogSuffix, "", StringComparison.Ordinal).Replace(Suffix, "", StringComparison.Ordinal).Split('-');
        return parts is [string number, { Length: RandomLetters }] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            && !IsAlive(process) && (Directory.Exists(path) || !IsLocked(path));
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsLocked(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
