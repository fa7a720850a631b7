using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Events;

/// <summary>
/// The state of an input when it was opened: its length and the time of its last write. If either has changed at the end, the data may be
/// partly old and partly new, and must not be used.
/// </summary>
/// <remarks>
/// The open file is compared, so a file that is replaced by another (<c>mv new old</c>) is read to its end unchanged. Two writes within one
/// tick of the file system's clock cannot be distinguished: 1 to 10 ms before Linux 6.13, negligible since (inode_set_ctime_current).
/// Writes through a mapping are noticed late, or not at all.
/// </remarks>
internal sealed class FileStamp(string path, SafeFileHandle file)
{
    private readonly (long Bytes, DateTime Written) _opened = Now(file);

    /// <summary>True if the file has changed. False if it is closed: it was compared before that.</summary>
    public bool HasChanged => !file.IsClosed && Now(file) != _opened;

    /// <summary>The error message for a changed file, one line.</summary>
    public string Refusal => $"{path} changed while it was read: wait until it is written, or read a copy";

    private static (long Bytes, DateTime Written) Now(SafeFileHandle file) => (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}
