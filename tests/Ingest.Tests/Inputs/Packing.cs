using System.Formats.Tar;
using System.IO.Compression;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Packs files with the usual tools.</summary>
internal static class Packing
{
    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return packed.ToArray();
    }

    public static byte[] Tar(params (string Name, byte[] Bytes)[] files)
    {
        using MemoryStream packed = new();
        using (TarWriter tar = new(packed, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }

        return packed.ToArray();
    }

    /// <summary>All files of a folder, with <paramref name="below"/> as the folder's name.</summary>
    public static (string Name, byte[] Bytes)[] FilesOf(string folder, string below) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (below + Path.GetRelativePath(folder, file), File.ReadAllBytes(file))),
    ];
}
