using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ForkTrace.TestKit;

namespace ForkTrace.Events.Tests;

/// <summary>Reads an event file in batches.</summary>
public sealed class EventFileStreamTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-batches").FullName;

    private string FilePath => Path.Combine(_folder, "trace.arrow");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1_000_000)]
    public void Batches_are_the_rows_of_the_table(int batchRows)
    {
        using EventTable written = SyntheticTrace.Random(1, 500, 3);
        Write(written, batchRows);
        using EventStream stream = EventFile.OpenStream(FilePath);
        Assert.Equal(TraceFactsJson.Serialize(written.Facts), TraceFactsJson.Serialize(stream.Facts));
        Assert.Equal(written.CommNames.Names, stream.CommNames.Names);
        using StringWriter expected = new(), found = new();
        int rows = 0;
        while (stream.Next() is { } batch)
        {
            Assert.InRange(batch.Count, 1, batchRows);
            for (int row = 0; row < batch.Count; row++, rows++)
            {
                Assert.Equal(written.TimesNs[rows], batch.TimesNs[row]);
                Assert.Equal((written.Cpus[rows], written.Kinds[rows]), (batch.Cpus[row], batch.Kinds[row]));
                Assert.Equal((written.Tasks[rows], written.Others[rows]), (batch.Tasks[row], batch.Others[row]));
                Assert.Equal((written.Tids[rows], written.Comms[rows]), (batch.Tids[row], batch.Comms[row]));
                Assert.Equal(written.Values[rows], batch.Values[row]);
            }
        }

        Assert.Equal(written.Count, rows);
    }

    [Fact]
    public void A_table_without_rows_has_no_batch()
    {
        using EventColumns written = new(0);
        written.Complete(new TraceFacts { Format = "made" }, CommTable.Empty);
        Write(written, 64);
        using EventStream stream = EventFile.OpenStream(FilePath);
        Assert.Null(stream.Next());
    }

    [Fact]
    public unsafe void At_most_two_batches_of_a_long_file_are_in_memory()
    {
        using EventTable written = SyntheticTrace.Random(1, 50_000, 3);
        Write(written, 1000);
        using EventStream stream = EventFile.OpenStream(FilePath);
        HashSet<nint> places = [];
        while (stream.Next() is { } batch)
            places.Add((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(batch.TimesNs)));

        Assert.InRange(places.Count, 1, 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void A_stream_can_be_left_before_its_end(int batches)
    {
        Write(SyntheticTrace.Random(1, 500, 3), 64);
        for (int trial = 0; trial < 50; trial++)
        {
            using EventStream stream = EventFile.OpenStream(FilePath);
            for (int batch = 0; batch < batches; batch++)
                Assert.Equal(64, stream.Next()!.Count);
        }
    }

    [Fact]
    public void A_file_that_changes_between_batches_is_rejected()
    {
        Write(SyntheticTrace.Random(1, 500, 3), 64);
        using EventStream stream = EventFile.OpenStream(FilePath);
        stream.Next();
        using (FileStream file = new(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = file.Length;
            file.WriteByte(0);
        }

        EventFileException refusal = Assert.Throws<EventFileException>(() =>
        {
            while (stream.Next() is not null)
            {
            }
        });
        Assert.Contains("changed while it was read", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_rejected_as_when_the_file_is_read_whole()
    {
        Write(SyntheticTrace.Random(1, 200, 3), 64);
        byte[] bytes = File.ReadAllBytes(FilePath);
        Random random = new(5);
        for (int trial = 0; trial < 400; trial++)
        {
            byte[] bent = [.. bytes];
            int at = random.Next(bent.Length - sizeof(int));
            BinaryPrimitives.WriteInt32LittleEndian(bent.AsSpan(at), random.Next(3) == 0 ? random.Next() : -random.Next(100));
            File.WriteAllBytes(FilePath, bent);
            try
            {
                using EventStream stream = EventFile.OpenStream(FilePath);
                while (stream.Next() is { } batch)
                    Assert.True(batch.Count <= bytes.Length / 35);
            }
            catch (EventFileException)
            {
                // Rejected with a one-line message; nothing else is thrown.
            }
        }
    }

    private void Write(EventTable events, int batchRows)
    {
        using FileStream file = File.Create(FilePath);
        EventFile.Write(events, file, batchRows);
    }
}
