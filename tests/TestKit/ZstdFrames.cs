using ZstdSharp;

namespace ForkTrace.TestKit;

/// <summary>zstd for test inputs: packs with the default level of the zstd tool, and unpacks the shipped files.</summary>
public static class ZstdFrames
{
    private const int DefaultLevel = 3;

    /// <summary>One frame with its content size.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> content, int level = DefaultLevel)
    {
        using Compressor compressor = new(level);
        return compressor.Wrap(content).ToArray();
    }

    /// <summary>The content of whole frames.</summary>
    public static byte[] Unpack(Stream packed)
    {
        using DecompressionStream stream = new(packed);
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
