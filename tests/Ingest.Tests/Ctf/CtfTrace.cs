using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Tests.Shared;

namespace ForkTrace.Ingest.Tests.Ctf;

/// <summary>A generated trace in a temporary folder, which is removed after the test.</summary>
internal sealed class CtfTrace : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("forktrace-ctf-").FullName;

    public static CtfTrace Of(CtfWriter writer, IReadOnlyList<RecordedEvent> events)
    {
        CtfTrace trace = new();
        writer.Write(trace.Path, events);
        return trace;
    }

    public EventTable Read(bool keepAll = false) => TraceReader.Read(Path, new IngestOptions { KeepAll = keepAll });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
