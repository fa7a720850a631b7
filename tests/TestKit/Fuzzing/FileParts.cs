namespace ForkTrace.TestKit.Fuzzing;

/// <summary>Several files as one input. The separator is a line that no file contains, so every part of the input is an input.</summary>
public static class FileParts
{
    private static ReadOnlySpan<byte> Between => "\n--- the next file ---\n"u8;

    public static byte[] Join(params IReadOnlyList<byte[]> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        List<byte> all = [.. files[0]];
        foreach (byte[] file in files.Skip(1))
        {
            all.AddRange(Between);
            all.AddRange(file);
        }

        return [.. all];
    }

    /// <summary>The files, in order; at least one, which may be empty.</summary>
    public static IReadOnlyList<byte[]> Split(byte[] input)
    {
        List<byte[]> files = [];
        ReadOnlySpan<byte> rest = input;
        for (int at; (at = rest.IndexOf(Between)) >= 0; rest = rest[(at + Between.Length)..])
            files.Add(rest[..at].ToArray());
        files.Add(rest.ToArray());
        return files;
    }
}
