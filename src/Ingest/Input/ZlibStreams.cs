using System.IO.Compression;

namespace ForkTrace.Ingest.Input;

/// <summary>Streams of zlib (RFC 1950) in a recording.</summary>
internal static class ZlibStreams
{
    private const int PresetDictionary = 0x20;

    /// <summary>
    /// Unpacks a whole stream. No recorder presets a dictionary, and <see cref="ZLibStream"/> would throw an <see cref="IOException"/> for one.
    /// </summary>
    /// <exception cref="InvalidDataException">The stream needs a preset dictionary.</exception>
    public static ZLibStream Unpack(UnmanagedMemoryStream packed)
    {
        packed.Position = 1;
        bool needsDictionary = packed.ReadByte() is >= 0 and int flags && (flags & PresetDictionary) != 0;
        packed.Position = 0;
        return needsDictionary
            ? throw new InvalidDataException("it needs a preset dictionary")
            : new ZLibStream(packed, CompressionMode.Decompress);
    }
}
