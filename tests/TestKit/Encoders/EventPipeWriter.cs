using System.Buffers.Binary;
using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>
/// Writes NetTrace version 4 or 5, as a .NET runtime writes its own events, by the public description of the format (NetTraceFormat_v5.md).
/// There are two providers; each has one event number.
/// </summary>
public sealed class EventPipeWriter
{
    private const int UInt32 = 10, Array = 19;
    private const byte ParameterPayloadV2 = 2;
    private readonly List<byte> _bytes = [];

    /// <summary>Adds the tag of version 5, which describes arrays.</summary>
    public bool HasTags { get; init; }

    public bool IsCompressed { get; init; } = true;

    /// <summary>Number of fields according to the metadata, which has one.</summary>
    public int FieldCount { get; init; } = 1;

    /// <summary>Depth of nested types of the field in the tag.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Version of the object that begins the trace.</summary>
    public int Version { get; init; } = 4;

    public byte[] Write(int events)
    {
        _bytes.AddRange("Nettrace"u8);
        _bytes.AddRange([.. Word(20), .. "!FastSerialization.1"u8]);
        Begin("Trace", Version);
        int[] date = [2023, 11, 2, 14, 22, 13, 20, 0];
        _bytes.AddRange(date.SelectMany(part => Word(part, 2)));
        _bytes.AddRange([.. Word(5_000_000_000, 8), .. Word(1_000_000_000, 8), .. Word(8), .. Word(4711), .. Word(2), .. Word(0), 6]);
        Block("MetadataBlock", [.. Row(0, 0, Metadata(1, "Microsoft-Windows-DotNETRuntime")), .. Row(0, 0, Metadata(2, "My-Source"))]);
        Block("EventBlock", [.. Enumerable.Range(0, events).SelectMany(index => Row(index % 4 == 3 ? 2 : 1, index + 1, Word(index)))]);
        Block("SPBlock", [.. Word(6_000_000_000, 8), .. Word(1), .. Word(77, 8), .. Word(events)], hasHead: false);
        _bytes.Add(1);
        return [.. _bytes];
    }

    private static byte[] Word(long value, int size = 4)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes[..size];
    }

    private static byte[] Text(string text) => [.. Encoding.Unicode.GetBytes(text), 0, 0];

    private void Begin(string name, int version) =>
        _bytes.AddRange([5, 5, 1, .. Word(version), .. Word(0), .. Word(name.Length), .. Encoding.ASCII.GetBytes(name), 6]);

    private void Block(string name, byte[] rows, bool hasHead = true)
    {
        Begin(name, 2);
        byte[] head = hasHead ? [.. Word(20, 2), .. Word(IsCompressed ? 1 : 0, 2), .. new byte[16]] : [];
        _bytes.AddRange(Word(head.Length + rows.Length));
        while (_bytes.Count % 4 != 0)
            _bytes.Add(0);
        _bytes.AddRange([.. head, .. rows, 6]);
    }

    private byte[] Metadata(int id, string provider)
    {
        byte[] head = [.. Word(id), .. Text(provider), .. Word(1), .. Text("Happened"), .. new byte[16]];
        byte[] fields = [.. Word(FieldCount), .. Word(UInt32), .. Text("Value")];
        if (!HasTags)
            return [.. head, .. fields];
        byte[] type = [.. Enumerable.Repeat(Word(Array), Depth).SelectMany(word => word), .. Word(UInt32)];
        byte[] field = [.. Text("Values"), .. type];
        byte[] tag = [.. Word(1), .. Word(field.Length + 4), .. field];
        return [.. head, .. fields, .. Word(tag.Length), ParameterPayloadV2, .. tag];
    }

    // A compressed row that does not depend on earlier rows.
    private byte[] Row(int metadata, int sequence, byte[] payload)
    {
        long ticks = 5_000_000_000 + sequence;
        if (!IsCompressed)
        {
            return
            [
                .. Word(80 + payload.Length), .. Word(metadata), .. Word(sequence), .. Word(77, 8), .. Word(77, 8), .. Word(1), .. Word(0),
                .. Word(ticks, 8), .. new byte[32], .. Word(payload.Length), .. payload,
            ];
        }

        // Sequence and ticks are differences from the row before.
        byte[] capture = metadata == 0 ? [] : [0, 77, 1];
        return [(byte)(1 | (metadata == 0 ? 0 : 2 | 64) | 4 | 128), (byte)metadata, .. capture, 77, 1, .. Size(payload.Length), .. payload];
    }

    private static byte[] Size(int length) =>
        length < 0x80 ? [(byte)length] : length < 0x4000 ? [(byte)(length | 0x80), (byte)(length >> 7)]
        : [(byte)(length | 0x80), (byte)((length >> 7) | 0x80), (byte)(length >> 14)];
}
