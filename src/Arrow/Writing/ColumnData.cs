using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Writing;

/// <summary>
/// The values of one column of a batch to write. It refers to the caller's memory and copies none of it, unless it says so; the memory must
/// stay as it is until the batch is written.
/// </summary>
/// <remarks>
/// A validity bitmap has one bit a row, least significant first, 1 = there is a value; an empty one means that no row is null.
/// <see cref="Bitmap.Pack"/> makes one.
/// </remarks>
public sealed unsafe class ColumnData
{
    private readonly string _madeOf;
    private readonly Func<ArrowType, bool> _fits;

    private ColumnData(string madeOf, Func<ArrowType, bool> fits, int length, ReadOnlyMemory<byte> validity, params BufferSource[] buffers)
    {
        if (!validity.IsEmpty && validity.Length < Bitmap.Bytes(length))
        {
            throw new ArgumentException(
                $"The validity bitmap has {validity.Length} bytes; {length} rows need {Bitmap.Bytes(length)}.", nameof(validity));
        }

        _madeOf = madeOf;
        _fits = fits;
        Length = length;
        NullCount = validity.IsEmpty ? 0 : Bitmap.CountZeros(validity.Span, length);
        Buffers = [NullCount == 0 ? BufferSource.Empty : BufferSource.Of(validity[..Bitmap.Bytes(length)]), .. buffers];
    }

    /// <summary>The number of rows.</summary>
    public int Length { get; }

    /// <summary>The number of rows that the validity bitmap marks as null.</summary>
    public int NullCount { get; }

    /// <summary>Validity (empty if there are no nulls), then offsets, then values, as far as the type has them.</summary>
    internal IReadOnlyList<BufferSource> Buffers { get; }

    /// <summary>A list column's items.</summary>
    internal ColumnData? Items { get; private init; }

    /// <summary>A dictionary column's texts.</summary>
    internal Utf8Builder? Dictionary { get; private init; }

    /// <summary>Numbers, timestamps, dates: whatever is fixed-width in the column's type.</summary>
    public static ColumnData From<T>(ReadOnlyMemory<T> values, ReadOnlyMemory<byte> validity = default)
        where T : unmanaged =>
        new(typeof(T).Name, IsPlain<T>, values.Length, validity, BufferSource.Of(values));

    /// <inheritdoc cref="From{T}(ReadOnlyMemory{T}, ReadOnlyMemory{byte})"/>
    public static ColumnData From<T>(T[] values, ReadOnlyMemory<byte> validity = default)
        where T : unmanaged => From((ReadOnlyMemory<T>)values, validity);

    /// <summary>Numbers in native memory, which the caller keeps until the batch is written.</summary>
    public static ColumnData FromNative<T>(T* values, int length, ReadOnlyMemory<byte> validity = default)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new(typeof(T).Name, IsPlain<T>, length, validity, new NativeBufferSource(values, (long)length * sizeof(T)));
    }

    /// <summary>Bits, least significant first, for a bool column.</summary>
    public static ColumnData FromBits(ReadOnlyMemory<byte> bits, int length, ReadOnlyMemory<byte> validity = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Bitmap.Bytes(length), bits.Length, nameof(length));
        return new("bits", type => type.Id == ArrowTypeId.Bool, length, validity, BufferSource.Of(bits[..Bitmap.Bytes(length)]));
    }

    /// <summary>Truth values for a bool column, packed to a copy.</summary>
    public static ColumnData FromBools(ReadOnlySpan<bool> values, ReadOnlyMemory<byte> validity = default) =>
        FromBits(Bitmap.Pack(values), values.Length, validity);

    /// <summary>Texts or byte strings, one a row, for a utf8 or binary column.</summary>
    public static ColumnData FromTexts(Utf8Builder texts, ReadOnlyMemory<byte> validity = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return FromTexts(texts.Offsets, texts.Bytes, validity);
    }

    /// <summary>Texts as strings, null for a null row; encoded to a copy.</summary>
    public static ColumnData FromStrings(IReadOnlyList<string?> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Utf8Builder builder = new();
        bool[] isValid = new bool[texts.Count];
        for (int i = 0; i < texts.Count; i++)
        {
            builder.Add(texts[i] ?? "");
            isValid[i] = texts[i] is not null;
        }

        return FromTexts(builder, Bitmap.Pack(isValid));
    }

    /// <summary>Texts or byte strings: <paramref name="offsets"/> from 0 on, one more than there are rows, into the bytes.</summary>
    public static ColumnData FromTexts(ReadOnlyMemory<int> offsets, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> validity = default)
    {
        RequireOffsets(offsets.Span, bytes.Length);
        return new(
            "texts", type => type.Id is ArrowTypeId.Utf8 or ArrowTypeId.Binary, offsets.Length - 1, validity,
            BufferSource.Of(offsets), BufferSource.Of(bytes[..offsets.Span[^1]]));
    }

    /// <summary>Indices into texts, of the integer type that the field has. The indices are not checked against the texts.</summary>
    public static ColumnData FromDictionary<T>(ReadOnlyMemory<T> indices, Utf8Builder texts, ReadOnlyMemory<byte> validity = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new($"{typeof(T).Name} indices", IsDictionary<T>, indices.Length, validity, BufferSource.Of(indices)) { Dictionary = texts };
    }

    /// <summary>
    /// Indices as of <see cref="FromDictionary{T}"/> in native memory, which the caller keeps until the batch is written.
    /// </summary>
    public static ColumnData FromNativeDictionary<T>(T* indices, int length, Utf8Builder texts, ReadOnlyMemory<byte> validity = default)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(texts);
        NativeBufferSource source = new(indices, (long)length * sizeof(T));
        return new($"{typeof(T).Name} indices", IsDictionary<T>, length, validity, source) { Dictionary = texts };
    }

    /// <summary>Lists: <paramref name="offsets"/> from 0 on, one more than there are rows, into the items.</summary>
    public static ColumnData FromLists(ReadOnlyMemory<int> offsets, ColumnData items, ReadOnlyMemory<byte> validity = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        RequireOffsets(offsets.Span, items.Length);
        return new($"lists of {items._madeOf}", type => IsListOf(type, items), offsets.Length - 1, validity, BufferSource.Of(offsets))
        {
            Items = items,
        };
    }

    /// <summary>Throws unless these values can be a column of this field.</summary>
    internal void RequireFits(ArrowField field, int rowCount)
    {
        if (!_fits(field.Type))
            throw new ArgumentException($"Column '{field.Name}' is of type {field.Type} and cannot be written from {_madeOf}.");
        if (Length != rowCount)
            throw new ArgumentException($"Column '{field.Name}' has {Length} rows; the batch has {rowCount}.");
        if (NullCount > 0 && !field.IsNullable)
            throw new ArgumentException($"Column '{field.Name}' has {NullCount} nulls, but its field allows none.");
    }

    private static bool IsPlain<T>(ArrowType type)
        where T : unmanaged => type.Id != ArrowTypeId.Dictionary && type.Holds<T>();

    private static bool IsDictionary<T>(ArrowType type)
        where T : unmanaged => type.Id == ArrowTypeId.Dictionary && type.Holds<T>();

    private static bool IsListOf(ArrowType type, ColumnData items) =>
        type.Id == ArrowTypeId.List && items._fits(type.ValueType!) && (items.NullCount == 0 || type.HasNullableItems);

    private static void RequireOffsets(ReadOnlySpan<int> offsets, int end)
    {
        if (offsets.IsEmpty || offsets[0] != 0 || (uint)offsets[^1] > (uint)end)
        {
            string found = offsets.IsEmpty ? "none" : $"{offsets[0]} to {offsets[^1]}";
            throw new ArgumentException($"The offsets are {found}; they begin with 0 and end within {end}.", nameof(offsets));
        }
    }
}
