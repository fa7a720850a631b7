namespace ForkTrace.Events;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a new file beside <paramref name="path"/> and then renames it over the path. If anything
    /// fails, the new file is removed and the path is as it was. A killed process can leave a file named <c>.NAME.RANDOM.partial</c>.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string partial = Path.Combine(
            Path.GetDirectoryName(full) ?? "/", $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.partial");
        try
        {
            using (FileStream stream = new(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
                write(stream);
            File.Move(partial, full, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
