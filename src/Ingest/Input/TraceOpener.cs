namespace ForkTrace.Ingest.Input;

/// <summary>Opens a recording by path: reads its hash, unpacks it if it is wrapped, maps it.</summary>
public static class TraceOpener
{
    /// <summary>Opens the file; rejects one that is empty or a folder. I/O errors come as they are.</summary>
    public static TraceInput Open(string path)
    {
        if (Directory.Exists(path))
            throw new IngestException("is_folder", $"{path} is a folder, not a trace file");
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            string name = Path.GetFileName(path);
            if (!file.CanSeek)
                Reject.Unsupported($"{path} is not a regular file");
            if (file.Length == 0)
                throw new IngestException("empty", $"{path} is empty", 0);
            byte[] prefix = new byte[16];
            int prefixLength = file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
            file.Position = 0;
            using Stream? unpacking = Wrapping.Unpack(prefix.AsSpan(0, prefixLength), file);
            if (unpacking is null)
                return new TraceInput(file, name, null);
            FileStream unpacked = Wrapping.UnpackToTemporaryFile(unpacking, path);
            if (unpacked.Length == 0)
            {
                unpacked.Dispose();
                throw new IngestException("empty", $"{path} unpacks to nothing", 0);
            }

            using (file)
                return new TraceInput(unpacked, name, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
