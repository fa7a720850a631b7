using ForkTrace.Arrow.Compression;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Cut and damaged recordings: rejected or read, never another exception, never endless, never much memory.</summary>
public class DamageTests
{
    private const long AllocatedBytesMax = 64 << 20;

    public static TheoryData<string> Forms => ["file", "pipe", "file -z", "pipe -z", "big-endian file"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_length_is_rejected_or_read(string form)
    {
        byte[] whole = Small(form);
        int rows = Read(whole);
        Assert.Equal(6, rows);
        bool isFile = form.Contains("file", StringComparison.Ordinal);
        for (int length = 1; length < whole.Length; length += form is "file" or "pipe" ? 1 : 7)
        {
            int found = Read(whole[..length]);
            Assert.True(isFile ? found == -1 : found <= rows, $"{length} of {whole.Length} bytes gave {found} rows");
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Flipped_bits_are_rejected_or_read(string form)
    {
        byte[] whole = Small(form);
        Random random = new(form.Length);
        for (int round = 0; round < 800; round++)
        {
            byte[] damaged = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Read(damaged);
        }
    }

    [Theory]
    [InlineData("perf_file.data")]
    [InlineData("perf_z.data")]
    [InlineData("perf_pipe_z.data")]
    [InlineData("perf_g.data.zst")]
    public void Real_recordings_cut_or_damaged_are_rejected_or_read(string name)
    {
        byte[] whole = SampleRecordings.Bytes("formats/" + name);
        Random random = new(name.Length);
        for (int round = 0; round < 40; round++)
        {
            int found = Read(whole[..random.Next(1, whole.Length)]);
            Assert.True(name.Contains("pipe", StringComparison.Ordinal) || found == -1, $"round {round} gave {found} rows");
            byte[] damaged = [.. whole];
            for (int flips = random.Next(1, 20); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Read(damaged);
        }
    }

    // Rows read, -1 for a rejection.
    private static int Read(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using EventTable table = Recordings.Read(bytes);
            return table.Count;
        }
        catch (IngestException rejection)
        {
            Assert.NotEmpty(rejection.Code);
            return -1;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedBytesMax);
        }
    }

    private static byte[] Small(string form)
    {
        bool bigEndian = form.StartsWith("big", StringComparison.Ordinal);
        PerfFileWriter file = PerfFileWriter.WithTwoEvents(bigEndian);
        file.Features[7] = file.NewWriter().U32(2).U32(2).ToArray();
        file.IdIndex((10, 0), (11, 1), (12, 0), (13, 1));
        for (int pair = 0; pair < 3; pair++)
        {
            file.Sample(10, (ulong)(100 * pair), 0, Tracefs.NewTaskRecord(5, 20 + pair, "sh", 17, bigEndian));
            file.Lost(12, 2, (ulong)(100 * pair) + 50, 0);
            file.Sample(13, (ulong)(100 * pair) + 70, 1, Tracefs.ExitRecord(20 + pair, "ls", bigEndian));
        }

        if (form.EndsWith("-z", StringComparison.Ordinal))
        {
            byte[] packed = Zstd.Compress(file.Records.ToArray());
            file = PerfFileWriter.WithTwoEvents(bigEndian);
            file.Record(81, packed.AsSpan(0, 50));
            file.Record(81, packed.AsSpan(50));
        }

        return form.StartsWith("pipe", StringComparison.Ordinal) ? file.ToPipe() : file.ToFile();
    }
}
