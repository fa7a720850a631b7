using System.Text;

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>
/// The text of a metadata file: as it is, or in packets (CTF 1.8, 7.1), of which each begins with
/// <code>
/// 0 magic 75D11D57  4 uuid[16]  20 checksum  24 content_size (bits)  28 packet_size (bits)  32 compression  33 encryption
/// 34 checksum_scheme  35 major  36 minor   37 text
/// </code>
/// </summary>
internal static class MetadataText
{
    private const uint Magic = 0x75D11D57;
    private const int HeadBytes = 37;
    private const int TextBytesMax = 64 << 20;

    /// <summary>True if a file that begins so is the metadata of a CTF 1.8 trace.</summary>
    public static bool IsMetadata(ReadOnlySpan<byte> prefix) =>
        prefix.StartsWith("/* CTF 1.8"u8)
        || (prefix.Length >= 4 && (BitConverter.ToUInt32(prefix) == Magic || BitConverter.ToUInt32(prefix) == Swapped));

    private static uint Swapped => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Magic);

    public static string Read(TraceInput input)
    {
        if (input.Length > TextBytesMax)
            Reject.Unsupported($"the metadata of the CTF trace is larger than {TextBytesMax} bytes");
        ReadOnlySpan<byte> whole = input.SliceUpTo(0, TextBytesMax);
        if (whole.StartsWith("/*"u8))
            return Encoding.UTF8.GetString(whole);
        bool swap = whole.Length >= 4 && BitConverter.ToUInt32(whole) == Swapped;
        StringBuilder text = new();
        ByteCursor cursor = new(whole, 0, swap);
        while (!cursor.IsAtEnd)
        {
            long offset = cursor.Offset;
            uint magic = cursor.ReadUInt32("the head of a metadata packet");
            if (magic != Magic)
                Reject.Invalid("the magic of a metadata packet", offset, $"{magic:x8}", $"{Magic:x8}");
            cursor.ReadBytes(20, "the head of a metadata packet");
            uint contentBytes = cursor.ReadUInt32("the head of a metadata packet") / 8;
            uint packetBytes = cursor.ReadUInt32("the head of a metadata packet") / 8;
            ReadOnlySpan<byte> schemes = cursor.ReadBytes(HeadBytes - 32, "the head of a metadata packet");
            if (schemes[0] != 0 || schemes[1] != 0)
                Reject.Unsupported("the metadata of the CTF trace is compressed or encrypted", offset);
            if (contentBytes < HeadBytes || packetBytes < contentBytes)
                Reject.Invalid("sizes of a metadata packet", offset, $"{contentBytes} of {packetBytes}", $"{HeadBytes} or more, in order");
            text.Append(Encoding.UTF8.GetString(cursor.ReadBytes(contentBytes - HeadBytes, "the text of a metadata packet")));
            cursor.ReadBytes(Math.Min(packetBytes - contentBytes, (uint)cursor.Remaining), "the padding of a metadata packet");
        }

        return text.ToString();
    }
}
