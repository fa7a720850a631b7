using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Files cut off and files with flipped bits: rejected or read, nothing else, and never with much memory.</summary>
public sealed class DamageTests
{
    private const long ManagedBytesMax = 64 << 20;

    public static TheoryData<int, string> Writers { get; } = new() { { 6, "none" }, { 7, "none" }, { 7, "zstd" }, { 7, "zlib" } };

    [Theory]
    [MemberData(nameof(Writers))]
    public void Every_cut_of_a_small_file_is_rejected(int version, string compression)
    {
        byte[] file = Small(version, compression);
        int needed = version == 6 ? file.Length : file.Length - StringsSection(file);
        for (int length = 1; length < needed; length += length < file.Length / 2 ? 7 : 3)
        {
            IngestException? rejection = TemporaryTrace.Rejection(file[..length]);
            Assert.True(rejection is not null, $"{length} of {file.Length} bytes were read");
            Assert.True(rejection.Code is "unknown_format" || rejection.Offset >= 0, $"{length}: {rejection.Message}");
        }
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Flipped_bits_are_rejected_or_read(int version, string compression)
    {
        byte[] file = Small(version, compression);
        Random random = new(20_000 + version + compression.Length);
        for (int round = 0; round < 250; round++)
        {
            byte[] damaged = (byte[])file.Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = TemporaryTrace.Rejection(damaged);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, ManagedBytesMax);
        }
    }

    [Fact]
    public void Cuts_of_a_recording_are_rejected()
    {
        string path = Copy("formats/v7_default.dat");
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            // The last 117 bytes are the names of sections, which nothing needs.
            for (long length = file.Length - 118; length > 0; length -= 1 + (length / 40))
            {
                file.SetLength(length);
                Assert.Throws<IngestException>(() => TraceReader.Read(path));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Flipped_bits_of_a_recording_are_rejected_or_read()
    {
        string path = Copy("formats/v7_default.dat");
        try
        {
            byte[] whole = File.ReadAllBytes(path);
            Random random = new(5);
            for (int round = 0; round < 60; round++)
            {
                byte[] damaged = (byte[])whole.Clone();

                // Most of the file is kallsyms: half of the flips go to the rest.
                int at = round % 2 == 0 ? random.Next(whole.Length) : whole.Length - 1 - random.Next(20_000);
                damaged[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, damaged);
                try
                {
                    using EventTable table = TraceReader.Read(path);
                    Assert.True(table.Count >= 0);
                }
                catch (IngestException rejection)
                {
                    Assert.NotEqual("", rejection.Message);
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Small(int version, string compression)
    {
        TraceDatWriter writer = new() { Version = version, Compression = compression };
        byte[] pages = [.. HeadTests.Page(1000, 1), .. HeadTests.Page(2000, 2), .. HeadTests.Page(3000, 3)];
        writer.TextOption(4, "[local]").TextOption(5, "Linux a b c").TextOption(2, "CPU: 0\noverrun: 5\n");
        writer.Number(8, 2).Number(14, 1, 0, 0, 0);
        writer.Buffer("", "local", (0, pages), (1, HeadTests.Page(1500, 4))).Buffer("inst", "local", (1, HeadTests.Page(1800, 5)));
        return writer.Build();
    }

    // The names of sections stand last.
    private static int StringsSection(byte[] file) => file.Length - file.AsSpan().LastIndexOf(new byte[] { 15, 0 });

    private static string Copy(string sample)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, File.ReadAllBytes(RepositoryFiles.SampleTrace(sample)));
        return path;
    }
}
