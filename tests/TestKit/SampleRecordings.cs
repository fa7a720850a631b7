namespace ForkTrace.TestKit;

/// <summary>The shipped recordings as bytes.</summary>
public static class SampleRecordings
{
    /// <summary>The bytes of a shipped recording, unpacked if it is stored as .zst.</summary>
    public static byte[] Bytes(string name)
    {
        string path = RepositoryFiles.SampleTrace(name);
        if (!path.EndsWith(".zst", StringComparison.Ordinal))
            return File.ReadAllBytes(path);
        using FileStream packed = File.OpenRead(path);
        return ZstdFrames.Unpack(packed);
    }
}
