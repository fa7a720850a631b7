using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Events;

/// <summary>
/// An input as it was when it was opened: its length and the time of the last write to it. If either is another at the end, what was read
/// may be partly old and partly new, and nothing may be made of it.
/// </summary>
/// <remarks>
/// The open file is compared, so a file that another one replaces (<c>mv new old</c>) is read to its end as it was. Two writes within one
/// tick of the file system's clock look alike: 1 to 10 ms before Linux 6.13, nothing that matters since (inode_set_ctime_current). Writes
/// through a mapping show late, or not at all.
/// </remarks>
internal sealed class FileStamp(string path, SafeFileHandle file)
{
    private readonly (long Bytes, DateTime Written) _opened = Now(file);

    /// <summary>True if the file is no longer as it was. False for one that is closed: it was compared before.</summary>
    public bool HasChanged => !file.IsClosed && Now(file) != _opened;

    /// <summary>What to say then, in one line.</summary>
    public string Refusal => $"{path} changed while it was read: wait until it is written, or read a copy";

    private static (long Bytes, DateTime Written) Now(SafeFileHandle file) => (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}
