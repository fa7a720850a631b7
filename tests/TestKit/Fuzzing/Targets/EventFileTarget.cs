using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>The files of events that <c>forktrace ingest</c> writes.</summary>
public sealed class EventFileTarget : IFuzzTarget
{
    public string Name => "event-file";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds() => [Bytes(forks: 4), Bytes(forks: 100), Bytes(forks: 100, batchRows: 200)];

    public bool Run(byte[] input)
    {
        using ScratchFile file = new(input);
        try
        {
            using EventTable table = EventFile.Open(file.Path);
            TableCheck.Hold(table);
            _ = LifecycleBuilder.Build(table);
            return true;
        }
        catch (EventFileException)
        {
            return false;
        }
    }

    private static byte[] Bytes(int forks, int batchRows = int.MaxValue)
    {
        using MemoryStream file = new();
        using EventTable table = SyntheticTrace.Random(seed: 1, forks, cpus: 2);
        EventFile.Write(table, file, batchRows);
        return file.ToArray();
    }
}
