using System.Text;

namespace ForkTrace.Arrow.Reading;

/// <summary>Texts by index: a dictionary, or a text column. UTF-8, not decoded and not copied.</summary>
/// <remarks>A dictionary that came in several parts (delta batches) is read in place, without joining the parts.</remarks>
public sealed class Utf8Column
{
    private readonly ArrowColumn[] _parts;
    private readonly int[] _starts;
    private readonly int _partCount;

    /// <summary>The parts and the index that each one starts at; only the first <paramref name="partCount"/> of both count.</summary>
    internal Utf8Column(ArrowColumn[] parts, int[] starts, int partCount, int count)
    {
        _parts = parts;
        _starts = starts;
        _partCount = partCount;
        Count = count;
    }

    public int Count { get; }

    /// <summary>The bytes of a text; empty for a null.</summary>
    /// <exception cref="ArrowFormatException">The offsets in the file point outside of the texts.</exception>
    public ReadOnlySpan<byte> this[int index] => Part(ref index).Bytes(index);

    /// <summary>True if there is no text.</summary>
    public bool IsNull(int index) => Part(ref index).IsNull(index);

    /// <summary>A text as a string, or null.</summary>
    public string? Text(int index) => IsNull(index) ? null : Encoding.UTF8.GetString(this[index]);

    private ArrowColumn Part(ref int index)
    {
        if ((uint)index >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} texts.");
        if (_partCount == 1)
            return _parts[0];
        int part = Array.BinarySearch(_starts, 0, _partCount, index);
        // Between two starts it is in the part before; of empty parts that start at the same index, the last one holds it.
        part = part < 0 ? ~part - 1 : part;
        while (part + 1 < _partCount && _starts[part + 1] <= index)
            part++;
        index -= _starts[part];
        return _parts[part];
    }
}
