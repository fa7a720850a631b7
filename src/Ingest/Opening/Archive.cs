using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Formats.Text;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// .zip and .tar with one trace. If an archive has several files, the one that begins like a trace is the trace. An archive with none or
/// several of these is rejected, with the names of the candidates. A recording that is a folder is unpacked completely.
/// </summary>
internal static class Archive
{
    // struct posix_header, magic (tar.h): "ustar" and a NUL, or GNU's two blanks.
    private const int TarMagicOffset = 257;
    private const int FilesMax = 10_000;
    private const int NamesShown = 5;

    public static bool IsArchive(ReadOnlySpan<byte> prefix) => IsZip(prefix) || IsTar(prefix);

    /// <summary>
    /// The trace in the archive, in a temporary file that the caller owns. Null if the archive contains a recording that is a folder; that
    /// is then in <paramref name="folder"/>.
    /// </summary>
    public static FileStream? TakeTrace(FileStream archive, ReadOnlySpan<byte> prefix, string name, long bytesMax, out ArchivedFolder? folder)
    {
        folder = null;
        try
        {
            IEnumerable<(string Name, Stream Content)> members = IsZip(prefix) ? ZipFiles(archive) : TarFiles(archive);
            List<string> files = [];
            List<int> traces = [], pages = [];
            foreach ((string file, Stream content) in members)
            {
                byte[] beginning = Beginning(content);
                if (BeginsLikeTrace(beginning))
                    (SystracePage.IsPage(beginning) ? pages : traces).Add(files.Count);
                files.Add(file);
                if (files.Count > FilesMax)
                    Reject.For("too_many_files", $"{name} contains more than {FilesMax} files: unpack it, and give the trace itself");
            }

            // A manual's page has the word trace too.
            if (traces.Count == 0)
                traces = pages;
            if (files.Count > 1 && ArchivedFolder.Find(files) is { } below)
            {
                folder = ArchivedFolder.Unpack(members, below, name, bytesMax);
                return null;
            }

            if (traces.Count != 1 && files.Count != 1)
                throw new IngestException("not_one_trace", NotOneTrace(name, files, traces));
            foreach ((_, Stream content) in members.Skip(traces.Count == 1 ? traces[0] : 0))
                return SpoolFile.Fill(content, name, bytesMax);
            throw new IngestException("empty", $"{name} contains no file", 0);
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            throw new IngestException("damaged_wrapping", $"{name} cannot be unpacked: {damage.Message}");
        }
    }

    // The framework's .tar reader lets exceptions of number conversions through if a damaged header contains numbers out of range.
    private static bool IsDamage(Exception damage) => damage is InvalidDataException or EndOfStreamException or NotSupportedException
        or OverflowException or FormatException or ArgumentOutOfRangeException;

    private static bool IsZip(ReadOnlySpan<byte> prefix) => prefix.StartsWith("PK\u0003\u0004"u8) || prefix.StartsWith("PK\u0005\u0006"u8);

    private static bool IsTar(ReadOnlySpan<byte> prefix) =>
        prefix.Length > TarMagicOffset && prefix[TarMagicOffset..].StartsWith("ustar"u8);

    // Starts at the first member on every enumeration.
    private static IEnumerable<(string Name, Stream Content)> ZipFiles(Stream archive)
    {
        archive.Position = 0;
        using ZipArchive zip = new(archive, ZipArchiveMode.Read, leaveOpen: true);

        // The name of a folder ends with a slash.
        foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.Name.Length > 0))
        {
            using ZipMemberStream content = new(entry);
            yield return (entry.FullName, content);
        }
    }

    private static IEnumerable<(string Name, Stream Content)> TarFiles(Stream archive)
    {
        archive.Position = 0;
        TarMetadata.RequireSmall(archive);
        using TarReader tar = new(archive, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
            if (isFile)
                yield return (entry.Name, entry.DataStream ?? Stream.Null);
        }
    }

    private static byte[] Beginning(Stream content)
    {
        byte[] bytes = new byte[FormatCatalog.PrefixBytes];
        return bytes[..content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    // Packed members count as traces. Their content is checked when they are unpacked in turn.
    private static bool BeginsLikeTrace(byte[] prefix) =>
        prefix.Length > 0 && (Wrapping.IsPacked(prefix) || FormatCatalog.All.Any(format => format.Sniff(prefix)));

    private static string NotOneTrace(string name, List<string> files, List<int> traces)
    {
        if (files.Count == 0)
            return $"{name} contains no file";
        IEnumerable<string> shown = (traces.Count == 0 ? files : traces.Select(trace => files[trace])).Take(NamesShown);
        int count = traces.Count == 0 ? files.Count : traces.Count;
        string names = string.Join(", ", shown) + (count > NamesShown ? ", ..." : "");
        return traces.Count == 0
            ? $"{name} contains {files.Count} files ({names}), and none of them is a trace"
            : $"{name} contains {traces.Count} traces ({names}), but must contain one: unpack it, and give the trace itself";
    }
}

/// <summary>
/// Entries of a .tar that describe the next one (long names, extended headers). The framework reads them into memory with whatever length
/// they claim, so they are limited here: no real name is longer than a megabyte.
/// </summary>
internal static class TarMetadata
{
    private const int BlockBytes = 512;
    private const long BytesMax = 1 << 20;

    // struct posix_header (tar.h).
    private const int SizeOffset = 124;
    private const int SizeBytes = 12;
    private const int TypeOffset = 156;
    private const int MagicOffset = 257;

    /// <summary>Rejects an archive with longer entries of this kind, and returns to its beginning.</summary>
    /// <exception cref="InvalidDataException">An entry claims to be longer.</exception>
    public static void RequireSmall(Stream archive)
    {
        byte[] header = new byte[BlockBytes];
        while (archive.ReadAtLeast(header, BlockBytes, throwOnEndOfStream: false) == BlockBytes
            && header.AsSpan(MagicOffset).StartsWith("ustar"u8))
        {
            long size = Size(header.AsSpan(SizeOffset, SizeBytes));
            if (header[TypeOffset] is (byte)'L' or (byte)'K' or (byte)'x' or (byte)'g' && size is < 0 or > BytesMax)
            {
                throw new InvalidDataException(
                    $"an entry that describes the next one claims {size} bytes, but at most {BytesMax} are allowed");
            }

            if (size < 0 || size > archive.Length - archive.Position)
                break;
            archive.Position += (size + BlockBytes - 1) / BlockBytes * BlockBytes;
        }

        archive.Position = 0;
    }

    // Octal digits. GNU writes large numbers in base 256, marked by the highest bit.
    private static long Size(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return BinaryPrimitives.ReadInt64BigEndian(field[^sizeof(long)..]);
        long size = 0;
        foreach (byte digit in field)
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
                size = (size * 8) + (digit - '0');
            else if (digit is not (byte)' ')
                break;
        }

        return size;
    }
}

/// <summary>A member of a .zip. At its end, checks length and CRC32 against the archive's directory, which ZipArchive does not
/// do.</summary>
internal sealed class ZipMemberStream(ZipArchiveEntry entry) : ForwardOnlyStream
{
    private readonly Stream _content = entry.Open();
    private readonly Crc32 _crc = new();
    private long _length;

    /// <exception cref="InvalidDataException">The member has ended, and does not match the archive's directory.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count = _content.Read(buffer);
        _crc.Append(buffer[..count]);
        _length += count;
        if (count == 0 && buffer.Length > 0 && (_length != entry.Length || _crc.GetCurrentHashAsUInt32() != entry.Crc32))
            throw new InvalidDataException($"{entry.FullName} is damaged: its length or checksum does not match");
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }
}
