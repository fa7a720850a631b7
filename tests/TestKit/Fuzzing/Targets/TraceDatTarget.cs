using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>trace.dat of either version and byte order, with any compression.</summary>
public sealed class TraceDatTarget : RecordingTarget
{
    // The smallest size that is allowed, to keep the files small.
    internal const int PageBytes = 1024;

    public override string Name => "trace.dat";

    public override IReadOnlyList<byte[]> Seeds() =>
        [Small(6, "none"), Small(7, "none"), Small(7, "zstd"), Small(7, "zlib"), Small(6, "none", true), Small(7, "zstd", true)];

    /// <summary>A recording of two buffers and five events.</summary>
    public static byte[] Small(int version, string compression, bool bigEndian = false)
    {
        TraceDatWriter writer = new() { Version = version, Compression = compression, BigEndian = bigEndian, PageBytes = PageBytes };
        byte[] pages = [.. Page(1000, 1, bigEndian), .. Page(2000, 2, bigEndian), .. Page(3000, 3, bigEndian)];
        writer.TextOption(4, "[local]").TextOption(5, "Linux a b c").TextOption(2, "CPU: 0\noverrun: 5\n");
        writer.Number(8, 2).Number(14, 1, 0, 0, 0);
        writer.Buffer("", "local", (0, pages), (1, Page(1500, 4, bigEndian))).Buffer("inst", "local", (1, Page(1800, 5, bigEndian)));
        return writer.Build();
    }

    internal static byte[] Page(ulong baseTime, int pid, bool bigEndian) =>
        new PageWriter(bigEndian, pageBytes: PageBytes).Event(5, EventTexts.ExitRecord(pid, bigEndian: bigEndian)).Build(baseTime);
}
