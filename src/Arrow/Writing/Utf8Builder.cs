using System.Text;

namespace ForkTrace.Arrow.Writing;

/// <summary>Collects texts (or byte strings) one after another in the layout of a text column: bytes and int32 offsets.</summary>
/// <remarks>
/// As the dictionary of several batches it may grow between them: what was added is written as a delta. It may not shrink or change.
/// </remarks>
public sealed class Utf8Builder
{
    private byte[] _bytes = new byte[256];
    private int[] _offsets = new int[16];

    /// <summary>How many texts there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of all texts.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _offsets[Count]);

    /// <summary>Where each text starts, and at last where the last one ends: one more than there are texts.</summary>
    public ReadOnlyMemory<int> Offsets => _offsets.AsMemory(0, Count + 1);

    /// <summary>A text that was added.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _bytes.AsSpan(_offsets[index].._offsets[index + 1]);
        }
    }

    /// <summary>Adds a text and returns its index.</summary>
    /// <exception cref="OverflowException">All texts together are 2 GiB or more.</exception>
    public int Add(ReadOnlySpan<byte> text)
    {
        int start = _offsets[Count];
        int end = checked(start + text.Length);
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, _bytes.Length * 2L)));
        if (Count + 2 > _offsets.Length)
            Array.Resize(ref _offsets, checked(_offsets.Length * 2));
        text.CopyTo(_bytes.AsSpan(start));
        _offsets[++Count] = end;
        return Count - 1;
    }

    /// <summary>Adds a text and returns its index.</summary>
    public int Add(string text) => Add(Encoding.UTF8.GetBytes(text));
}
