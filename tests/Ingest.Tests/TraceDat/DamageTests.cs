using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;
using ForkTrace.TestKit.Fuzzing.Targets;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Files that are cut off are rejected with the place. Damaged recordings are rejected or read.</summary>
public sealed class DamageTests
{
    public static TheoryData<int, string> Writers { get; } = new() { { 6, "none" }, { 7, "none" }, { 7, "zstd" }, { 7, "zlib" } };

    [Theory]
    [MemberData(nameof(Writers))]
    public void Every_cut_of_a_small_file_is_rejected(int version, string compression)
    {
        byte[] file = TraceDatTarget.Small(version, compression);
        int needed = version == 6 ? file.Length : file.Length - StringsSection(file);
        for (int length = 1; length < needed; length += length < file.Length / 2 ? 7 : 3)
        {
            IngestException? rejection = TemporaryTrace.Rejection(file[..length]);
            Assert.True(rejection is not null, $"{length} of {file.Length} bytes were read");
            Assert.True(rejection.Code is "unknown_format" || rejection.Offset >= 0, $"{length}: {rejection.Message}");
        }
    }

    [Fact]
    public void An_empty_block_is_rejected()
    {
        byte[] file = TraceDatTarget.Small(7, "zlib");

        // Packed length, length of two pages, and zlib's first byte.
        int block = file.AsSpan().IndexOf(new byte[] { 0, 8, 0, 0, 0x78 }) - sizeof(int);
        file.AsSpan(block, sizeof(int)).Clear();
        Assert.NotNull(TemporaryTrace.Rejection(file));
    }

    [Fact]
    public void Cuts_of_a_recording_are_rejected()
    {
        string path = Copy("formats/v7_default.dat");
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            // The last 117 bytes are the names of sections, which are not needed.
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

                // Most of the file is kallsyms, so half of the flips are in the rest.
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

    // The names of sections are at the end.
    private static int StringsSection(byte[] file) => file.Length - file.AsSpan().LastIndexOf(new byte[] { 15, 0 });

    private static string Copy(string sample)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, File.ReadAllBytes(RepositoryFiles.SampleTrace(sample)));
        return path;
    }
}
