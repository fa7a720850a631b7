using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests.Model;

/// <summary>Tables to try, and ways to write and read them with this library.</summary>
internal static class Tables
{
    public static TheoryData<bool, ArrowCompression> FormatsAndCompressions => new()
    {
        { true, ArrowCompression.None },
        { true, ArrowCompression.Zstd },
        { false, ArrowCompression.None },
        { false, ArrowCompression.Zstd },
    };

    /// <summary>Every type that is written, with extreme values.</summary>
    public static IEnumerable<(ArrowType Type, object[] Values)> EveryType { get; } =
    [
        (ArrowType.Int8, ["-128", "127", "0"]),
        (ArrowType.Int16, ["-32768", "32767", "1"]),
        (ArrowType.Int32, ["-2147483648", "2147483647", "-1"]),
        (ArrowType.Int64, ["-9223372036854775808", "9223372036854775807", "0"]),
        (ArrowType.UInt8, ["0", "255", "1"]),
        (ArrowType.UInt16, ["0", "65535", "1"]),
        (ArrowType.UInt32, ["0", "4294967295", "1"]),
        (ArrowType.UInt64, ["0", "18446744073709551615", "1"]),
        (ArrowType.Float32, ["3FC00000", "7F800000", "80000000"]),
        (ArrowType.Float64, ["3FF8000000000000", "FFF0000000000000", "0000000000000001"]),
        (ArrowType.Bool, ["true", "false", "true"]),
        (ArrowType.Utf8, ["", "kworker/0:1H-events", "żółw 🐢 \"quoted\"\n"]),
        (ArrowType.Binary, ["", "00FF", "DEADBEEF00"]),
        (ArrowType.Timestamp(ArrowTimeUnit.Second), ["0", "-1", "1700000000"]),
        (ArrowType.Timestamp(ArrowTimeUnit.Millisecond, "Europe/Warsaw"), ["0", "-1", "1700000000000"]),
        (ArrowType.Timestamp(ArrowTimeUnit.Microsecond), ["0", "-1", "1700000000000000"]),
        (ArrowType.Timestamp(ArrowTimeUnit.Nanosecond, "UTC"), ["0", "-1", "1700000000123456789"]),
        (ArrowType.Date32, ["0", "-1", "20000"]),
        (ArrowType.Dictionary(ArrowType.Int8), ["bash", "", "bash"]),
        (ArrowType.Dictionary(ArrowType.Int16), ["a", "b", "ł"]),
        (ArrowType.Dictionary(ArrowType.Int32, isOrdered: true), ["swapper/0", "x", "swapper/0"]),
        (ArrowType.Dictionary(ArrowType.UInt8), ["a", "b", "c"]),
        (ArrowType.Dictionary(ArrowType.UInt16), ["a", "b", "c"]),
        (ArrowType.Dictionary(ArrowType.UInt32), ["a", "b", "c"]),
        (ArrowType.List(ArrowType.Int32), [new object?[] { "1", "2" }, Array.Empty<object?>(), new object?[] { null, "-5" }]),
        (ArrowType.List(ArrowType.Utf8), [new object?[] { "a", "" }, new object?[] { null }, new object?[] { "bc" }]),
    ];

    /// <summary>All types side by side, three batches (one of no rows), nulls and custom metadata.</summary>
    public static TestTable Everything(bool hasNulls)
    {
        List<ArrowField> fields = [];
        foreach ((ArrowType type, _) in EveryType)
        {
            ArrowMetadata metadata = new([new("unit", $"of {type}"), new("", "żółw")]);
            fields.Add(new ArrowField($"column {fields.Count} {type}", type, hasNulls, fields.Count % 2 == 0 ? metadata : null));
        }

        ArrowMetadata custom = new([new("forktrace.version", "1"), new("empty", ""), new("json", "{\"a\": [1, 2]}")]);
        return new TestTable(new ArrowSchema(fields, custom), [Batch(37, hasNulls, 1), Batch(0, hasNulls, 2), Batch(5, hasNulls, 3)]);
    }

    public static byte[] Write(TestTable table, bool isFile, ArrowCompression compression)
    {
        using MemoryStream stream = new();
        ArrowWriterOptions options = new() { Compression = compression, LeaveOpen = true };
        using ArrowWriter writer = isFile
            ? new ArrowFileWriter(new ForwardOnlyStream(stream), table.Schema, options)
            : new ArrowStreamWriter(new ForwardOnlyStream(stream), table.Schema, options);
        Utf8Builder[] dictionaries = [.. table.Schema.Fields.Select(_ => new Utf8Builder())];
        foreach (TestBatch batch in table.Batches)
        {
            ColumnData[] columns =
                [.. table.Schema.Fields.Select((field, i) => ColumnTexts.Write(field.Type, batch.Columns[i], dictionaries[i]))];
            writer.Write(batch.Rows, columns);
        }

        writer.Finish();
        Assert.Equal(stream.Length, writer.BytesWritten);
        return stream.ToArray();
    }

    public static TestTable Read(byte[] bytes, bool isFile)
    {
        if (!isFile)
            return ReadStream(new ForwardOnlyStream(new MemoryStream(bytes)));
        using TemporaryFile file = new(bytes);
        return ReadFile(file.Path);
    }

    public static TestTable ReadFile(string path)
    {
        using ArrowFileReader reader = ArrowFileReader.Open(path);
        return TestTable.Of(reader.Schema, Enumerable.Range(0, reader.BatchCount).Select(reader.Batch));
    }

    /// <summary>All batches are read before the first one is looked at: they must stay valid.</summary>
    public static TestTable ReadStream(Stream stream)
    {
        using ArrowStreamReader reader = new(stream);
        List<RecordBatch> batches = [];
        try
        {
            while (reader.Read() is { } batch)
                batches.Add(batch);
            return TestTable.Of(reader.Schema, batches);
        }
        finally
        {
            batches.ForEach(batch => batch.Dispose());
        }
    }

    private static TestBatch Batch(int rows, bool hasNulls, int seed)
    {
        Random random = new(seed);
        return new TestBatch(rows, [.. EveryType.Select(type => Column(rows, hasNulls, type.Values, random))]);
    }

    private static object?[] Column(int rows, bool hasNulls, object[] values, Random random)
    {
        object?[] column = new object?[rows];
        for (int row = 0; row < rows; row++)
            column[row] = hasNulls && random.Next(4) == 0 ? null : values[random.Next(values.Length)];
        return column;
    }
}
