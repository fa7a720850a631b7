using ForkTrace.Arrow.FlatBuffers;

namespace ForkTrace.Arrow.Tests;

public sealed class FlatBufferTests
{
    [Fact]
    public void What_is_built_is_read()
    {
        FlatBuilder builder = new();
        int text = builder.Text("żółw");
        int empty = builder.Text("");
        builder.StartTable(2);
        builder.AddInt16(0, -2);
        int inner = builder.EndTable();
        int tables = builder.References([inner, inner]);
        int structs = builder.Structs([1, 2, 3, -4], wordsPerStruct: 2);
        builder.StartTable(8);
        builder.AddUInt8(0, 200);
        builder.AddInt64(1, long.MinValue);
        builder.AddReference(2, text);
        builder.AddFlag(3, true);
        builder.AddReference(4, tables);
        builder.AddReference(5, structs);
        builder.AddInt32(6, int.MaxValue);
        builder.AddReference(7, empty);
        ReadOnlySpan<byte> bytes = builder.Finish(builder.EndTable());

        Assert.Equal(0, bytes.Length % 8);
        FlatTable root = new FlatBytes(bytes, 0).Root("root");
        Assert.Equal(200, root.UInt8(0));
        Assert.Equal(long.MinValue, root.Int64(1));
        Assert.Equal("żółw", root.Text(2, "text"));
        Assert.True(root.Flag(3));
        FlatVector vector = root.Vector(4, 4, "tables");
        Assert.Equal(2, vector.Count);
        Assert.Equal(-2, vector.Table(1).Int16(0));
        Assert.Equal(77, vector.Table(1).Int32(1, absent: 77));
        Assert.False(vector.Table(1).Has(1));
        FlatVector words = root.Vector(5, 16, "words");
        Assert.Equal(2, words.Count);
        Assert.Equal(-4, words.Int64(1, 8));
        Assert.Equal(0, words.FileOffset(0) % 8);
        Assert.Equal(int.MaxValue, root.Int32(6));
        Assert.Equal("", root.Text(7, "text"));
        Assert.Null(root.Text(8, "text"));
        Assert.Equal(0, root.Vector(9, 4, "none").Count);
    }

    [Fact]
    public void A_small_buffer_cannot_unfold_without_end()
    {
        FlatBuilder builder = new();
        int name = builder.Text(new string('x', 10_000));
        builder.StartTable(1);
        builder.AddReference(0, name);
        int table = builder.EndTable();
        int[] same = new int[10_000];
        Array.Fill(same, table);
        int tables = builder.References(same);
        builder.StartTable(1);
        builder.AddReference(0, tables);
        byte[] bytes = builder.Finish(builder.EndTable()).ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ArrowFormatException>(() =>
        {
            FlatVector vector = new FlatBytes(bytes, 0).Root("root").Vector(0, 4, "tables");
            for (int i = 0; i < vector.Count; i++)
                vector.Table(i).Text(0, "name");
        });
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000);
    }
}
