using System.Globalization;
using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>LTTng's folders: metadata as text or in packets, streams in either byte order and alignment.</summary>
public sealed class CtfTarget : FolderTarget
{
    private const int Events = 40;

    public override string Name => "ctf";

    public override IReadOnlyList<byte[]> Seeds()
    {
        RecordedEvent[] events = [.. RecordedEvent.All().Where(one => one.Name != "task_newtask" && one.Cpu == 0).Take(Events)];
        CtfWriter[] forms =
        [
            new(bigEndian: false), new(bigEndian: true) { Align = 32, IsLarge = true }, new(bigEndian: false) { IsMetadataPacketised = true },
        ];
        return [.. forms.Select(form => Folder(form, events))];
    }

    protected override string FileName(int place) =>
        place == 0 ? "metadata" : string.Create(CultureInfo.InvariantCulture, $"channel0_{place - 1}");

    private static byte[] Folder(CtfWriter form, RecordedEvent[] events)
    {
        string folder = Directory.CreateTempSubdirectory("forktrace-ctf-").FullName;
        try
        {
            form.Write(folder, events);
            byte[] metadata = File.ReadAllBytes(Path.Combine(folder, "metadata"));
            string[] streams = [.. Directory.EnumerateFiles(folder, "channel*").Order(StringComparer.Ordinal)];
            return FileParts.Join([metadata, .. streams.Select(File.ReadAllBytes).Where(stream => stream.Length > 0)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
