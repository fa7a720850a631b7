namespace ForkTrace.Events;

/// <summary>What a path leads to, and which file that is. Hard and symbolic links to one file have the same identity.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Place">Device and inode, as statx(2) gives them; on other systems than Linux the path that links lead to.</param>
public sealed partial record FileIdentity(FileKind Kind, string Place)
{
    private const int CurrentFolder = -100;
    private const uint TypeAndInode = 0x101;
    private const int FormatMask = 0xF000;

    /// <summary>The kind as messages say it: <c>a pipe</c>.</summary>
    public string KindText => Kind switch
    {
        FileKind.Regular => "a file",
        FileKind.Folder => "a folder",
        FileKind.Pipe => "a pipe",
        FileKind.Socket => "a socket",
        _ => "a device",
    };

    /// <summary>The identity of what is at a path, links followed; null if there is nothing that can be looked at.</summary>
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

    // struct statx of linux/stat.h: the same on every architecture.
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

/// <summary>Kinds of what a path can lead to.</summary>
public enum FileKind
{
    Regular,
    Folder,
    Pipe,
    Socket,
    Device,
}
