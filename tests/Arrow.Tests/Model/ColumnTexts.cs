using System.Globalization;
using System.Text;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests.Model;

/// <summary>Columns to the texts of a <see cref="TestTable"/> and back, through the public interface only.</summary>
internal static class ColumnTexts
{
    public static object?[] Read(ArrowColumn column)
    {
        object?[] values = new object?[column.Length];
        for (int row = 0; row < values.Length; row++)
            values[row] = column.IsNull(row) ? null : ReadValue(column, row);
        return values;
    }

    public static object ReadValue(ArrowColumn column, int row) => column.Type.Id switch
    {
        ArrowTypeId.Int8 => Text(column.Values<sbyte>()[row]),
        ArrowTypeId.Int16 => Text(column.Values<short>()[row]),
        ArrowTypeId.Int32 or ArrowTypeId.Date32 => Text(column.Values<int>()[row]),
        ArrowTypeId.Int64 or ArrowTypeId.Timestamp => Text(column.Values<long>()[row]),
        ArrowTypeId.UInt8 => Text(column.Values<byte>()[row]),
        ArrowTypeId.UInt16 => Text(column.Values<ushort>()[row]),
        ArrowTypeId.UInt32 => Text(column.Values<uint>()[row]),
        ArrowTypeId.UInt64 => Text(column.Values<ulong>()[row]),
        ArrowTypeId.Float32 => BitConverter.SingleToUInt32Bits(column.Values<float>()[row]).ToString("X8", CultureInfo.InvariantCulture),
        ArrowTypeId.Float64 => BitConverter.DoubleToUInt64Bits(column.Values<double>()[row]).ToString("X16", CultureInfo.InvariantCulture),
        ArrowTypeId.Bool => column.Boolean(row) ? "true" : "false",
        ArrowTypeId.Binary => Convert.ToHexString(column.Bytes(row)),
        ArrowTypeId.List => Read(column.Items)[column.ItemRange(row)],
        _ => column.Text(row)!,
    };

    /// <summary>The texts as a column to write; a dictionary column adds its new texts to <paramref name="dictionary"/>.</summary>
    public static ColumnData Write(ArrowType type, object?[] values, Utf8Builder dictionary)
    {
        byte[] validity = Bitmap.Pack([.. values.Select(value => value is not null)]);
        return type.Id switch
        {
            ArrowTypeId.Int8 => Numbers(values, sbyte.Parse, validity),
            ArrowTypeId.Int16 => Numbers(values, short.Parse, validity),
            ArrowTypeId.Int32 or ArrowTypeId.Date32 => Numbers(values, int.Parse, validity),
            ArrowTypeId.Int64 or ArrowTypeId.Timestamp => Numbers(values, long.Parse, validity),
            ArrowTypeId.UInt8 => Numbers(values, byte.Parse, validity),
            ArrowTypeId.UInt16 => Numbers(values, ushort.Parse, validity),
            ArrowTypeId.UInt32 => Numbers(values, uint.Parse, validity),
            ArrowTypeId.UInt64 => Numbers(values, ulong.Parse, validity),
            ArrowTypeId.Float32 => Numbers(values, (text, _) => BitConverter.UInt32BitsToSingle(Convert.ToUInt32(text, 16)), validity, "0"),
            ArrowTypeId.Float64 => Numbers(values, (text, _) => BitConverter.UInt64BitsToDouble(Convert.ToUInt64(text, 16)), validity, "0"),
            ArrowTypeId.Bool => ColumnData.FromBools([.. values.Select(value => (string?)value == "true")], validity),
            ArrowTypeId.Utf8 => Texts(values, Encoding.UTF8.GetBytes, validity),
            ArrowTypeId.Binary => Texts(values, Convert.FromHexString, validity),
            ArrowTypeId.Dictionary => Dictionary(type.IndexType!, values, dictionary, validity),
            ArrowTypeId.List => Lists(type, values, validity),
            _ => throw new NotSupportedException(type.ToString()),
        };
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static ColumnData Numbers<T>(object?[] values, Func<string, IFormatProvider, T> parse, byte[] validity, string blank = "0")
        where T : unmanaged =>
        ColumnData.From<T>([.. values.Select(value => parse((string)(value ?? blank), CultureInfo.InvariantCulture))], validity);

    private static ColumnData Texts(object?[] values, Func<string, byte[]> encode, byte[] validity)
    {
        Utf8Builder texts = new();
        foreach (object? value in values)
            texts.Add(encode((string)(value ?? "")));
        return ColumnData.FromTexts(texts, validity);
    }

    private static ColumnData Dictionary(ArrowType indexType, object?[] values, Utf8Builder dictionary, byte[] validity)
    {
        int[] indices = [.. values.Select(value => value is null ? 0 : IndexOf(dictionary, (string)value))];
        return indexType.Id switch
        {
            ArrowTypeId.Int8 => Indices(indices, i => (sbyte)i, dictionary, validity),
            ArrowTypeId.Int16 => Indices(indices, i => (short)i, dictionary, validity),
            ArrowTypeId.UInt8 => Indices(indices, i => (byte)i, dictionary, validity),
            ArrowTypeId.UInt16 => Indices(indices, i => (ushort)i, dictionary, validity),
            ArrowTypeId.UInt32 => Indices(indices, i => (uint)i, dictionary, validity),
            _ => Indices(indices, i => i, dictionary, validity),
        };
    }

    private static ColumnData Indices<T>(int[] indices, Func<int, T> narrow, Utf8Builder dictionary, byte[] validity)
        where T : unmanaged => ColumnData.FromDictionary<T>(indices.Select(narrow).ToArray(), dictionary, validity);

    private static int IndexOf(Utf8Builder dictionary, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < dictionary.Count; i++)
        {
            if (dictionary[i].SequenceEqual(bytes))
                return i;
        }

        return dictionary.Add(bytes);
    }

    private static ColumnData Lists(ArrowType type, object?[] values, byte[] validity)
    {
        List<object?> items = [];
        int[] offsets = new int[values.Length + 1];
        for (int i = 0; i < values.Length; i++)
        {
            items.AddRange((object?[]?)values[i] ?? []);
            offsets[i + 1] = items.Count;
        }

        return ColumnData.FromLists(offsets, Write(type.ValueType!, [.. items], new Utf8Builder()), validity);
    }
}
