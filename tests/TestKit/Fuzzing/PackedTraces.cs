using System.Formats.Tar;
using System.IO.Compression;
using ForkTrace.TestKit.Fuzzing.Targets;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>A small text of events, in all supported wrappings.</summary>
internal static class PackedTraces
{
    private const string TraceName = "trace.txt";

    public static byte[] Trace { get; } = TextSeeds.Head(new FtraceTextTarget().Seeds()[0], 1000);

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>The content and another file, stored or deflated.</summary>
    public static byte[] Zip(byte[] content, CompressionLevel level)
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in Files(content))
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return packed.ToArray();
    }

    /// <summary>The content and another file.</summary>
    public static byte[] Tar(byte[] content, TarEntryFormat format)
    {
        using MemoryStream packed = new();
        using (TarWriter tar = new(packed, format, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in Files(content))
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                };
                entry.ModificationTime = DateTimeOffset.UnixEpoch;
                entry.DataStream = new MemoryStream(bytes);
                tar.WriteEntry(entry);
            }
        }

        return packed.ToArray();
    }

    private static (string Name, byte[] Bytes)[] Files(byte[] content) => [(TraceName, content), ("notes", "none"u8.ToArray())];
}
