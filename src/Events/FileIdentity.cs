namespace ForkTrace.Events;

/// <summary>What is at a path, and its identity. Hard and symbolic links to one file have the same identity.</summary>
/// <param name="Kind">The kind of file.</param>
/// <param name="Place">Device and inode from statx(2); on systems other than Linux, the path after following links.</param>
public sealed partial record FileIdentity(FileKind Kind, string Place)
{
    private const int CurrentFolder = -100;
    private const uint TypeAndInode = 0x101;
    private const int FormatMask = 0xF000;

    /// <summary>The kind as messages name it: <c>a pipe</c>.</summary>
    public string KindText => Kind switch
    {
        FileKind.Regular => "a file",
        FileKind.Folder => "a folder",
        FileKind.Pipe => "a pipe",
        FileKind.Socket => "a socket",
        _ => "a device",
    };

    /// <summary>The identity of the file at a path, after following links; null if there is none or it cannot be examined.</summary>
    public static FileIdentity? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return OperatingSystem.IsLinux() ? OfInode(path) : OfName(path);
    }

    private static FileIdentity? OfInode(string path)
    {
        if (Statx(CurrentFolder, path, 0, TypeAndInode, out Status status) != 0)
            return null;
        FileKind kind = (status.Mode & FormatMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        };
        return new FileIdentity(
            kind, string.Create(CultureInfo.InvariantCulture, $"{status.DeviceMajor}:{status.DeviceMinor}:{status.Inode}"));
    }

    private static FileIdentity? OfName(string path)
    {
        bool isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path))
            return null;
        FileSystemInfo info = isFolder ? new DirectoryInfo(path) : new FileInfo(path);
        FileSystemInfo final = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
        return new FileIdentity(isFolder ? FileKind.Folder : FileKind.Regular, final.FullName);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Status status);

    // struct statx of linux/stat.h: identical on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}

/// <summary>Kinds of files.</summary>
public enum FileKind
{
    Regular,
    Folder,
    Pipe,
    Socket,
    Device,
}
