namespace ForkTrace.Analytics.Storage;

/// <summary>
/// A database file in use by this process. The engine keeps other processes out with a file lock. The lock has no effect within one
/// process, and the kernel drops it as soon as the process closes any handle on the file, so the file must not be opened twice.
/// </summary>
internal sealed class FileUse : IDisposable
{
    private const int Writer = -1;

    // By full path: Writer, or the number of readers.
    private static readonly Dictionary<string, int> s_uses = new(StringComparer.Ordinal);

    private readonly string _path;
    private bool _isOver;

    private FileUse(string path) => _path = path;

    /// <summary>Begins a use; readers share, a writer is alone.</summary>
    /// <exception cref="ResultsDatabaseException">This process already has the file open in a way that excludes it.</exception>
    public static FileUse Begin(string path, bool readOnly)
    {
        lock (s_uses)
        {
            int uses = s_uses.GetValueOrDefault(path);
            if (uses == Writer || (uses > 0 && !readOnly))
                throw new ResultsDatabaseException(ResultsFault.File, $"{path} is already open in this process: close it first");
            s_uses[path] = readOnly ? uses + 1 : Writer;
        }

        return new FileUse(path);
    }

    public void Dispose()
    {
        lock (s_uses)
        {
            if (_isOver)
                return;
            _isOver = true;
            int left = s_uses[_path] == Writer ? 0 : s_uses[_path] - 1;
            if (left == 0)
                s_uses.Remove(_path);
            else
                s_uses[_path] = left;
        }
    }
}
