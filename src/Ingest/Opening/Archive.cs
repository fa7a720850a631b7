using System.Formats.Tar;
using System.IO.Compression;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// .zip and .tar with one trace. Of several files in an archive, the one that begins like a trace is the trace; an archive with none
/// or several is rejected, with the names of those it could have been. A recording that is a folder is taken out whole.
/// </summary>
internal static class Archive
{
    // struct posix_header, magic (tar.h): "ustar" and a NUL, or GNU's two blanks.
    private const int TarMagicOffset = 257;
    private const int FilesMax = 10_000;
    private const int NamesShown = 5;

    public static bool IsArchive(ReadOnlySpan<byte> prefix) => IsZip(prefix) || IsTar(prefix);

    /// <summary>
    /// The trace in the archive, in a temporary file that is the caller's; null if the archive holds a recording that is a folder, which
    /// then is in <paramref name="folder"/>.
    /// </summary>
    public static FileStream? TakeTrace(FileStream archive, ReadOnlySpan<byte> prefix, string name, out ArchivedFolder? folder)
    {
        folder = null;
        bool isZip = IsZip(prefix);
        try
        {
            if (!isZip)
                TarMetadata.RequireSmall(archive);
            List<string> files = [];
            List<int> traces = [];
            foreach ((int index, string file, Stream content) in isZip ? ZipFiles(archive) : TarFiles(archive))
            {
                files.Add(file);
                if (files.Count > FilesMax)
                {
                    throw new IngestException(
                        "too_many_files", $"{name} holds more than {FilesMax} files: unpack it, and give the trace itself");
                }


                if (BeginsLikeTrace(content))
                    traces.Add(index);
            }

            if (files.Count > 1 && ArchivedFolder.Find(files) is { } below)
            {
                archive.Position = 0;
                folder = ArchivedFolder.Unpack(isZip ? ZipFiles(archive) : TarFiles(archive), below, name);
                return null;
            }

            if (traces.Count != 1 && files.Count != 1)
                throw new IngestException("not_one_trace", NotOneTrace(name, files, traces));
            int wanted = traces.Count == 1 ? traces[0] : 0;
            archive.Position = 0;
            foreach ((int index, _, Stream content) in isZip ? ZipFiles(archive) : TarFiles(archive))
            {
                if (index == wanted)
                    return SpoolFile.Fill(content, name);
            }

            throw new IngestException("empty", $"{name} holds no file", 0);
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            throw new IngestException("damaged_wrapping", $"{name} cannot be unpacked: {damage.Message}");
        }
    }

    // Of numbers in a damaged header that fit nowhere, the framework's reader of .tar throws what the conversion throws.
    private static bool IsDamage(Exception damage) => damage is InvalidDataException or EndOfStreamException or NotSupportedException
        or OverflowException or FormatException or ArgumentOutOfRangeException;

    private static bool IsZip(ReadOnlySpan<byte> prefix) => prefix.StartsWith("PK\u0003\u0004"u8) || prefix.StartsWith("PK\u0005\u0006"u8);

    private static bool IsTar(ReadOnlySpan<byte> prefix) =>
        prefix.Length > TarMagicOffset && prefix[TarMagicOffset..].StartsWith("ustar"u8);

    private static IEnumerable<(int Index, string Name, Stream Content)> ZipFiles(Stream archive)
    {
        using ZipArchive zip = new(archive, ZipArchiveMode.Read, leaveOpen: true);
        int index = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            // The name of a folder ends in a slash.
            if (entry.Name.Length == 0)
                continue;
            using ZipMemberStream content = new(entry);
            yield return (index++, entry.FullName, content);
        }
    }

    private static IEnumerable<(int Index, string Name, Stream Content)> TarFiles(Stream archive)
    {
        using TarReader tar = new(archive, leaveOpen: true);
        int index = 0;
        while (tar.GetNextEntry() is { } entry)
        {
            bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
            if (isFile)
                yield return (index++, entry.Name, entry.DataStream ?? Stream.Null);
        }
    }

    // Packed members count as traces: what is in them is seen when they are unpacked in turn.
    private static bool BeginsLikeTrace(Stream content)
    {
        byte[] bytes = new byte[FormatCatalog.PrefixBytes];
        byte[] prefix = bytes[..content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        return prefix.Length > 0 && (Wrapping.IsPacked(prefix) || FormatCatalog.All.Any(format => format.Sniff(prefix)));
    }

    private static string NotOneTrace(string name, List<string> files, List<int> traces)
    {
        if (files.Count == 0)
            return $"{name} holds no file";
        IEnumerable<string> shown = (traces.Count == 0 ? files : traces.Select(trace => files[trace])).Take(NamesShown);
        int count = traces.Count == 0 ? files.Count : traces.Count;
        string names = string.Join(", ", shown) + (count > NamesShown ? ", ..." : "");
        return traces.Count == 0
            ? $"{name} holds {files.Count} files ({names}), and none of them is a trace"
            : $"{name} holds {traces.Count} traces ({names}), and only an archive with one is read: unpack it, and give the trace itself";
    }
}
