using ForkTrace.Ingest.Formats;
using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// Opens a recording by path: a file, a pipe, standard input, or a folder that is a recording. Packed input is unpacked, and input that
/// cannot seek is copied, into a temporary file without a name.
/// </summary>
public static class TraceOpener
{
    public const string StandardInput = "-";

    private const nint StandardInputDescriptor = 0;

    /// <summary>The path in messages.</summary>
    public static string Shown(string path) => path == StandardInput ? "standard input" : path;

    private static string FolderName(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <summary>
    /// Opens a recording. Rejects one that is empty, is a folder of something else, or unpacks to more than <paramref
    /// name="unpackedMaxBytes"/> (null: 1000 times its size, and 64 GiB). I/O exceptions pass through.
    /// </summary>
    public static TraceInput Open(string path, long? unpackedMaxBytes = null) => Directory.Exists(path)
        ? TraceFolder.Open(path, FolderName(path), null, unpackedMaxBytes)
        : Open(OpenFile(path), path, unpackedMaxBytes);

    /// <summary>
    /// Opens a recording that is read once, forward. Same as <see cref="Open(string, long?)"/>, but a pipe is not copied if its format can
    /// be read as it arrives.
    /// </summary>
    internal static TraceInput OpenOnce(string path, IngestOptions options)
    {
        if (Directory.Exists(path))
            return Open(path, options.UnpackedMaxBytes);
        FileStream file = Opened(path);
        if (file.CanSeek && path != StandardInput)
            return Open(Seekable(file, path), path, options.UnpackedMaxBytes);
        PipeSource pipe = new(file);
        ReadOnlySpan<byte> prefix = pipe.Peek(FormatCatalog.PrefixBytes);
        if (FormatCatalog.OfPipe(prefix, options.Format))
            return new TraceInput(pipe, NameOf(path));
        if (options.IsLive)
        {
            using (pipe)
            {
                if (prefix.IsEmpty)
                    throw Empty(path);
                Reject.Unsupported(
                    $"{Shown(path)} is {ForeignKinds.Describe(prefix)}: only the output of 'perf record -o -' can be read from a pipe as it arrives;"
                    + " write this recording to a file, and give the file");
            }
        }

        using (pipe)
            return Open(SpoolFile.Fill(pipe.Rest(), Shown(path)), path, options.UnpackedMaxBytes);
    }

    private static IngestException Empty(string path) => new("empty", $"{Shown(path)} is empty", 0);

    private static string NameOf(string path) => path == StandardInput ? "stdin" : Path.GetFileName(path);

    /// <summary>
    /// Opens the file without unpacking it, so that it can seek: a pipe and standard input are copied. A pipe can be opened only once, so
    /// code that examines a file's first bytes opens the file here and continues with the result.
    /// </summary>
    public static FileStream OpenFile(string path)
    {
        FileStream file = Opened(path);
        if (path != StandardInput)
            return Seekable(file, path);
        using (file)
            return SpoolFile.Fill(file, Shown(path));
    }

    private static FileStream Opened(string path) => path == StandardInput
        ? new FileStream(new SafeFileHandle(StandardInputDescriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0)
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static FileStream Seekable(FileStream file, string path)
    {
        if (file.CanSeek && (file.Length > 0 || IsEmpty(file)))
            return file;
        using (file)
        {
            if (file.CanSeek)
                RequireRecording(file, path);
            return SpoolFile.Fill(file, path);
        }
    }

    private static bool IsEmpty(FileStream file)
    {
        bool isEmpty = file.ReadByte() < 0;
        file.Position = 0;
        return isEmpty;
    }

    // Files of tracefs and /proc have no length but can be read. Devices such as /dev/zero have no end either.
    private static void RequireRecording(FileStream file, string path)
    {
        byte[] bytes = new byte[FormatCatalog.PrefixBytes];
        byte[] prefix = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (!Wrapping.IsRecording(prefix))
            Reject.Unsupported($"{path} is a device or another file without a length, and does not begin like a recording", 0);
    }

    /// <summary>The recording in a file from <see cref="OpenFile"/>. Takes ownership of the file, even if it throws.</summary>
    public static TraceInput Open(FileStream file, string path, long? unpackedMaxBytes = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        FileStamp stamp = new(file.Name, file.SafeFileHandle);
        TraceInput? input = null;
        try
        {
            input = Unwrapped(file, path, unpackedMaxBytes);
            return input;
        }
        finally
        {
            // A change may also be why unpacking failed. A file that is read without unpacking is checked again at the end.
            bool hasChanged = stamp.HasChanged;
            if (hasChanged)
                input?.Dispose();
            if (hasChanged || input is not { IsPacked: false })
                file.Dispose();
            if (hasChanged)
                Reject.Changed(stamp);
        }
    }

    private static TraceInput Unwrapped(FileStream file, string path, long? unpackedMaxBytes)
    {
        if (file.Length == 0)
            throw Empty(path);
        string name = NameOf(path);
        FileStream? unpacked = Wrapping.Unwrap(file, Shown(path), new UnpackLimit(unpackedMaxBytes), out ArchivedFolder? folder);
        if (folder is null)
            return unpacked is null ? new TraceInput(file, name, null) : new TraceInput(unpacked, name, file);
        using (folder)
            return TraceFolder.Open(folder.Path, name, file, unpackedMaxBytes);
    }
}
