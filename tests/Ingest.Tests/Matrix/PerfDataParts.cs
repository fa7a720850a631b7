using System.Buffers.Binary;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Matrix;

/// <summary>
/// The parts of a real perf.data file, to write the same recording in the other containers of perf record. They are read with separate
/// code, by the published layout.
/// </summary>
internal sealed class PerfDataParts
{
    private const int TracingDataBit = 1, CompressedBit = 27;
    private const int HeaderBytes = 104;
    private readonly byte[] _file;
    private readonly int _entryBytes;
    private readonly SortedDictionary<int, byte[]> _features = [];

    public PerfDataParts(byte[] file)
    {
        _file = file;
        _entryBytes = (int)U64(16);
        int end = (int)(U64(40) + U64(48));
        Records = file[(int)U64(40)..end];
        for (int bit = 0; bit < 256; bit++)
        {
            if ((file[72 + (bit / 8)] & (1 << (bit % 8))) == 0)
                continue;
            _features[bit] = file.AsSpan((int)U64(end), (int)U64(end + 8)).ToArray();
            end += 16;
        }
    }

    /// <summary>The bytes of all records.</summary>
    public byte[] Records { get; }

    /// <summary>The recording in the form of perf record -o -, plain or with -z.</summary>
    public byte[] ToPipe(uint compressedType = 0)
    {
        ByteWriter pipe = new ByteWriter(false).Bytes("PERFILE2"u8).U64(16);
        for (int entry = (int)U64(24); entry < (int)(U64(24) + U64(32)); entry += _entryBytes)
        {
            byte[] ids = _file.AsSpan((int)U64(entry + _entryBytes - 16), (int)U64(entry + _entryBytes - 8)).ToArray();
            Record(pipe, 64, [.. _file.AsSpan(entry, (int)BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(entry + 4))), .. ids]);
        }

        foreach ((int bit, byte[] section) in _features.Where(feature => feature.Key != TracingDataBit))
            Record(pipe, 80, [.. new ByteWriter(false).U64((ulong)bit).ToArray(), .. section]);
        byte[] tracing = _features[TracingDataBit];
        Record(pipe, 66, new ByteWriter(false).U32((uint)tracing.Length).U32(0).ToArray());
        pipe.Bytes(tracing).Zeros((8 - (tracing.Length % 8)) % 8);
        return pipe.Bytes(compressedType == 0 ? Records : Compressed(compressedType)).ToArray();
    }

    /// <summary>The recording in the form of perf record -z, with COMPRESSED (81) or COMPRESSED2 (83) records.</summary>
    public byte[] ToCompressedFile(uint type)
    {
        byte[] records = Compressed(type);
        int dataAt = (int)U64(40);
        SortedDictionary<int, byte[]> features = new(_features)
        {
            [CompressedBit] = new ByteWriter(false).U32(1).U32(1).U32(1).U32(10).U32(1 << 19).ToArray(),
        };
        ByteWriter file = new ByteWriter(false).Bytes(_file.AsSpan(0, 48)).U64((ulong)records.Length).Bytes(_file.AsSpan(56, 16));
        byte[] bitmap = new byte[HeaderBytes - 72];
        foreach (int bit in features.Keys)
            bitmap[bit / 8] |= (byte)(1 << (bit % 8));
        file.Bytes(bitmap).Bytes(_file.AsSpan(HeaderBytes, dataAt - HeaderBytes)).Bytes(records);
        int at = file.Count + (16 * features.Count);
        foreach (byte[] section in features.Values)
        {
            file.U64((ulong)at).U64((ulong)section.Length);
            at += section.Length;
        }

        foreach (byte[] section in features.Values)
            file.Bytes(section);
        return file.ToArray();
    }

    // One stream, cut anywhere into records.
    private byte[] Compressed(uint type)
    {
        const int PieceBytes = 7001;
        ByteWriter records = new(false);
        foreach (byte[] piece in ZstdFrames.Pack(Records).Chunk(PieceBytes))
            Record(records, type, type == 81 ? piece : new ByteWriter(false).U64((ulong)piece.Length).Bytes(piece).PadTo(8).ToArray());
        return records.ToArray();
    }

    private static void Record(ByteWriter to, uint type, byte[] body) => to.U32(type).U16(0).U16(8 + body.Length).Bytes(body);

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(at));
}
