namespace ForkTrace.Events;

/// <summary>Reads a small file that the user names, such as rules, a model, a topology. Pipes are allowed; the length is limited.</summary>
public static class SmallFile
{
    private const int FirstBytes = 1 << 16;

    /// <summary>The file's bytes.</summary>
    /// <exception cref="IOException">The file is too long, or cannot be read.</exception>
    public static byte[] ReadBytes(string path, int bytesMax)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] bytes = new byte[Math.Min(FirstBytes, bytesMax + 1)];
        int length = 0;
        for (int read; (read = file.Read(bytes, length, bytes.Length - length)) > 0;)
        {
            length += read;
            if (length > bytesMax)
                throw new IOException($"{path} has more than {bytesMax} bytes, but must have {bytesMax} at most");
            if (length == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(2L * length, bytesMax + 1L));
        }

        return bytes[..length];
    }

    /// <summary>The file's text; UTF-8, unless its byte order mark says otherwise.</summary>
    /// <exception cref="IOException">See <see cref="ReadBytes"/>.</exception>
    public static string ReadText(string path, int bytesMax)
    {
        using StreamReader text = new(new MemoryStream(ReadBytes(path, bytesMax)));
        return text.ReadToEnd();
    }
}
