using System.IO.Compression;

namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>Unpacks compressed_packets (zlib) and zstd_compressed_packets into one buffer that is kept from packet to packet.</summary>
internal sealed class PacketUnpacker
{
    // The service packs at most 512 KiB into one (trace_packet.proto); zlib cannot make that of more than a thousand times as much,
    // and events shrink to a tenth.
    private const int UnpackedBytesMax = 32 << 20;
    private byte[] _buffer = new byte[1 << 16];

    /// <summary>The packets within, valid until the next call; false if there are none, or they are damaged or too large.</summary>
    public unsafe bool TryUnpack(ReadOnlySpan<byte> packed, bool isZstd, out ReadOnlySpan<byte> packets)
    {
        packets = default;
        if (packed.IsEmpty)
            return false;
        try
        {
            fixed (byte* bytes = packed)
            {
                using UnmanagedMemoryStream source = new(bytes, packed.Length);
                using Stream unpacking = isZstd
                    ? new ZstdDecompressionStream(source)
                    : new ZLibStream(source, CompressionMode.Decompress);
                return TryReadAll(unpacking, out packets);
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private bool TryReadAll(Stream unpacking, out ReadOnlySpan<byte> packets)
    {
        packets = default;
        int length = 0;
        for (int read; (read = unpacking.Read(_buffer, length, _buffer.Length - length)) > 0;)
        {
            length += read;
            if (length < _buffer.Length)
                continue;
            if (length >= UnpackedBytesMax)
                return false;
            Array.Resize(ref _buffer, length * 2);
        }

        packets = _buffer.AsSpan(0, length);
        return true;
    }
}
