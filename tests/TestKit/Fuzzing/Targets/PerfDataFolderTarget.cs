using System.Globalization;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>The folder of <c>perf record --threads</c>: head and features in one file, the records of threads in others.</summary>
public sealed class PerfDataFolderTarget : FolderTarget
{
    public override string Name => "perf.data-folder";

    public override string? Format => null;

    public override IReadOnlyList<byte[]> Seeds()
    {
        Encoders.PerfFileWriter head = PerfDataTarget.SmallWriter(bigEndian: false);
        byte[] records = head.Records.ToArray();
        return [FileParts.Join(head.ToFile(), records, records)];
    }

    protected override string FileName(int place) => place == 0 ? "data" : string.Create(CultureInfo.InvariantCulture, $"data.{place - 1}");
}
