namespace ForkTrace.Ingest.Input.Xz;

/// <summary>Decodes the chunks of LZMA2 into a window, one at a time.</summary>
/// <remarks>
/// <code>
/// 00                          end
/// 01, 02 | size-1 u16be       that many uncompressed bytes; 01 empties the dictionary first
/// 80..ff | content size-1: 5 low bits of the first byte, u16be | packed size-1 u16be | properties u8 (c0 and above) | LZMA
///          a0: resets the state; c0: resets the state, new properties; e0: like c0, and empties the dictionary
/// </code>
/// </remarks>
internal sealed class Lzma2Decoder(XzSource source, int dictionaryBytes)
{
    private readonly byte[] _packed = new byte[1 << 16];
    private LzmaDecoder? _lzma;
    private bool _needsDictionaryReset = true;
    private bool _needsProperties = true;

    /// <summary>Receives the content, which must be taken before the next chunk is decoded.</summary>
    public LzmaWindow Window { get; } = new(dictionaryBytes);

    /// <summary>Decodes a chunk; false at the end. There must be no pending content.</summary>
    public bool DecodeChunk()
    {
        byte control = source.ReadByte();
        if (control == 0)
            return false;
        if (control is 1 or >= 0xE0)
        {
            Window.Reset();
            (_needsDictionaryReset, _needsProperties) = (false, true);
        }

        if (_needsDictionaryReset || control is > 2 and < 0x80)
        {
            throw new InvalidDataException(
                $"the chunk of LZMA2 at byte {source.Position - 1} begins with {control:x2}, which is not allowed there");
        }

        int contentBytes = source.ReadUInt16() + 1;
        if (control >= 0x80)
            DecodeLzma(control, contentBytes + ((control & 0x1F) << 16));
        else
        {
            Window.MakeRoom(contentBytes);
            Window.Copy(source, contentBytes);
        }

        return true;
    }

    private void DecodeLzma(byte control, int contentBytes)
    {
        int packedBytes = source.ReadUInt16() + 1;
        LzmaDecoder lzma = _lzma ??= new LzmaDecoder(Window);
        if (control >= 0xC0)
        {
            lzma.SetProperties(source.ReadByte());
            _needsProperties = false;
        }
        else if (_needsProperties)
            throw new InvalidDataException($"the chunk of LZMA2 before byte {source.Position} has no properties");
        else if (control >= 0xA0)
            lzma.Reset();
        source.Read(_packed.AsSpan(0, packedBytes));
        Window.MakeRoom(contentBytes);
        RangeDecoder bits = new(_packed, packedBytes);
        lzma.Decode(ref bits, contentBytes);
    }
}
