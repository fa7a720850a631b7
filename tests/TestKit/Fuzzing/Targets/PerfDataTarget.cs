using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>perf.data: files and pipes, compressed or not, in either byte order.</summary>
public sealed class PerfDataTarget : RecordingTarget
{
    public override string Name => "perf.data";

    public override IReadOnlyList<byte[]> Seeds() =>
    [
        Small("file"), Small("pipe"), Small("file -z"), Small("pipe -z"), Small("big-endian file"), SampleRecordings.Bytes("formats/perf_z.data"),
    ];

    /// <summary>A recording of six events, in a form of <see cref="Seeds"/>.</summary>
    public static byte[] Small(string form)
    {
        ArgumentNullException.ThrowIfNull(form);
        PerfFileWriter file = SmallWriter(form.StartsWith("big", StringComparison.Ordinal));
        if (form.EndsWith("-z", StringComparison.Ordinal))
        {
            byte[] packed = ZstdFrames.Pack(file.Records.ToArray());
            file = PerfFileWriter.WithTwoEvents(file.IsBigEndian);
            file.Record(81, packed.AsSpan(0, 50));
            file.Record(81, packed.AsSpan(50));
        }

        return form.StartsWith("pipe", StringComparison.Ordinal) ? file.ToPipe() : file.ToFile();
    }

    internal static PerfFileWriter SmallWriter(bool bigEndian)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents(bigEndian);
        file.Features[7] = file.NewWriter().U32(2).U32(2).ToArray();
        file.IdIndex((10, 0), (11, 1), (12, 0), (13, 1));
        for (int pair = 0; pair < 3; pair++)
        {
            file.Sample(10, (ulong)(100 * pair), 0, Tracefs.NewTaskRecord(5, 20 + pair, "sh", 17, bigEndian));
            file.Lost(12, 2, (ulong)(100 * pair) + 50, 0);
            file.Sample(13, (ulong)(100 * pair) + 70, 1, Tracefs.ExitRecord(20 + pair, "ls", bigEndian));
        }

        return file;
    }
}
