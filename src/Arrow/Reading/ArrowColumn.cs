using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Reading;

/// <summary>
/// One column of a batch. Spans point into the mapped file or into the batch's own memory: they are valid until the batch, or the file
/// reader, is disposed. Safe to read from several threads.
/// </summary>
public sealed unsafe class ArrowColumn
{
    private readonly BodyBuffer? _validity;
    private readonly BodyBuffer? _offsets;
    private readonly BodyBuffer? _data;
    private readonly ArrowColumn? _items;
    private readonly Utf8Column? _dictionary;

    internal ArrowColumn(
        ArrowField field, int length, int nullCount, BodyBuffer? validity, BodyBuffer? offsets, BodyBuffer? data,
        ArrowColumn? items = null, Utf8Column? dictionary = null)
    {
        Field = field;
        Length = length;
        NullCount = nullCount;
        _validity = nullCount == 0 ? null : validity;
        _offsets = offsets;
        _data = data;
        _items = items;
        _dictionary = dictionary;
    }

    public ArrowField Field { get; }

    public ArrowType Type => Field.Type;

    /// <summary>The number of rows.</summary>
    public int Length { get; }

    /// <summary>The number of rows without a value, as the file says it.</summary>
    public int NullCount { get; }

    /// <summary>One bit a row, least significant first, 1 = there is a value; empty if the column has no nulls.</summary>
    public ReadOnlySpan<byte> Validity => _validity is null ? [] : _validity.Span<byte>(Bitmap.Bytes(Length));

    /// <summary>The texts that a dictionary column's indices mean.</summary>
    /// <exception cref="InvalidOperationException">The column is no dictionary column.</exception>
    public Utf8Column Dictionary => _dictionary ?? Mismatch<Utf8Column>("a dictionary");

    /// <summary>The texts or bytes of a utf8, large_utf8 or binary column by row.</summary>
    /// <exception cref="InvalidOperationException">The column holds neither text nor bytes.</exception>
    public Utf8Column Texts =>
        _items is null && _offsets is not null ? new Utf8Column([this], [0], 1, Length) : Mismatch<Utf8Column>("text");

    /// <summary>The items of all lists one after another; list i is <see cref="ItemRange"/>(i).</summary>
    /// <exception cref="InvalidOperationException">The column is no list column.</exception>
    public ArrowColumn Items => _items ?? Mismatch<ArrowColumn>("lists");

    /// <summary>The bits of a bool column, least significant first.</summary>
    public ReadOnlySpan<byte> Bits =>
        Type.Id == ArrowTypeId.Bool ? _data!.Span<byte>(Bitmap.Bytes(Length)) : Mismatch<byte[]>("bool");

    /// <summary>
    /// The values of a fixed-width column, a dictionary's indices, one a row; what is in a null row is undefined. No copy, no allocation.
    /// </summary>
    /// <exception cref="InvalidOperationException">The column's type is not made of <typeparamref name="T"/>.</exception>
    /// <exception cref="ArrowFormatException">The column is compressed and damaged.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (!Type.Holds<T>())
            Mismatch<byte>(typeof(T).Name);
        return _data!.Span<T>(Length);
    }

    /// <summary>True if the row has no value.</summary>
    public bool IsNull(int row)
    {
        RequireRow(row);
        return _validity is not null && !Bitmap.IsSet(Validity, row);
    }

    /// <summary>The value of a bool column; undefined for a null row.</summary>
    public bool Boolean(int row)
    {
        RequireRow(row);
        return Bitmap.IsSet(Bits, row);
    }

    /// <summary>The bytes of a utf8, large_utf8, binary or dictionary column in a row; empty for a null row.</summary>
    /// <exception cref="ArrowFormatException">The row's offsets or its index point outside of what the file holds.</exception>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        if (IsNull(row))
            return [];
        if (_dictionary is not null)
            return _dictionary[IndexAt(row)];
        (long start, long end) = OffsetsAt(row, _data is null ? -1 : _data.SizeBytes);
        if (end - start > int.MaxValue)
            Reject.Number($"length of row {row} of '{Field.Name}'", _offsets!.FileOffset, end - start, $"0 to {int.MaxValue}");
        return start == end ? [] : new(_data!.Pointer + start, (int)(end - start));
    }

    /// <summary>The text of a utf8, large_utf8 or dictionary column in a row, or null.</summary>
    /// <exception cref="ArrowFormatException">The row's offsets or its index point outside of what the file holds.</exception>
    public string? Text(int row) => IsNull(row) ? null : Encoding.UTF8.GetString(Bytes(row));

    /// <summary>Where the items of a list are in <see cref="Items"/>.</summary>
    /// <exception cref="ArrowFormatException">The row's offsets point outside of the items.</exception>
    public Range ItemRange(int row)
    {
        RequireRow(row);
        (long start, long end) = OffsetsAt(row, Items.Length);
        return new Range((int)start, (int)end);
    }

    /// <summary>
    /// Checks once that every index of a dictionary column that is not null points into the dictionary, so that a loop over
    /// <see cref="Values{T}"/> can use the indices unchecked.
    /// </summary>
    /// <exception cref="ArrowFormatException">An index points outside.</exception>
    public void CheckIndices()
    {
        _ = Dictionary;
        switch (Type.IndexType!.Id)
        {
            case ArrowTypeId.Int8:
                CheckIndices<sbyte>();
                break;
            case ArrowTypeId.Int16:
                CheckIndices<short>();
                break;
            case ArrowTypeId.Int32:
                CheckIndices<int>();
                break;
            case ArrowTypeId.UInt8:
                CheckIndices<byte>();
                break;
            case ArrowTypeId.UInt16:
                CheckIndices<ushort>();
                break;
            default:
                CheckIndices<uint>();
                break;
        }
    }

    private void CheckIndices<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        // Sign extension makes a negative index larger than any count.
        ulong count = (ulong)Dictionary.Count;
        ReadOnlySpan<T> indices = Values<T>();
        for (int row = 0; row < indices.Length; row++)
        {
            if (ulong.CreateTruncating(indices[row]) >= count && !IsNull(row))
                RejectIndex(row, Dictionary.Count);
        }
    }

    private int IndexAt(int row)
    {
        long index = RawIndex(row);
        if ((ulong)index >= (ulong)_dictionary!.Count)
            RejectIndex(row, _dictionary.Count);
        return (int)index;
    }

    private long RawIndex(int row)
    {
        byte* data = _data!.Pointer;
        return Type.IndexType!.Id switch
        {
            ArrowTypeId.Int8 => ((sbyte*)data)[row],
            ArrowTypeId.Int16 => ((short*)data)[row],
            ArrowTypeId.Int32 => ((int*)data)[row],
            ArrowTypeId.UInt8 => data[row],
            ArrowTypeId.UInt16 => ((ushort*)data)[row],
            _ => ((uint*)data)[row],
        };
    }

    private (long Start, long End) OffsetsAt(int row, long limit)
    {
        if (_offsets is null || limit < 0)
            Mismatch<byte>("offsets");
        byte* offsets = _offsets.Pointer;
        bool isWide = Type.OffsetWidth == sizeof(long);
        long start = isWide ? ((long*)offsets)[row] : ((int*)offsets)[row];
        long end = isWide ? ((long*)offsets)[row + 1] : ((int*)offsets)[row + 1];
        if (start < 0 || end < start || end > limit)
            RejectOffsets(row, start, end, limit);
        return (start, end);
    }

    private void RequireRow(int row)
    {
        if ((uint)row >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"Column '{Field.Name}' has rows 0 to {Length - 1}.");
    }

    [DoesNotReturn]
    private T Mismatch<T>(string asked) =>
        throw new InvalidOperationException($"Column '{Field.Name}' is of type {Type} and cannot be read as {asked}.");

    [DoesNotReturn]
    private void RejectIndex(int row, int count) =>
        Reject.Number($"dictionary index in row {row} of '{Field.Name}'", _data!.FileOffset, RawIndex(row), $"0 to {count - 1}");

    [DoesNotReturn]
    private void RejectOffsets(int row, long start, long end, long limit) => Reject.With(
        $"offsets of row {row} of '{Field.Name}'", _offsets!.FileOffset, $"{start} to {end}", $"an increasing range within 0 to {limit}");
}
