using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;
using ForkTrace.TestKit.Fuzzing.Targets;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Cut and damaged recordings are rejected or read: no other exception, no endless loop, limited memory.</summary>
public class DamageTests
{
    private const long AllocatedBytesMax = 64 << 20;

    public static TheoryData<string> Forms => ["file", "pipe", "file -z", "pipe -z", "big-endian file"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_length_is_rejected_or_read(string form)
    {
        byte[] whole = PerfDataTarget.Small(form);
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

    // Number of rows; -1 for a rejection.
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
}
