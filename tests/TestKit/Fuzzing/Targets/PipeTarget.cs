using System.Globalization;
using System.IO.Pipes;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Recordings that come through a pipe, which cannot seek. Standard input is read in the same way.</summary>
public sealed class PipeTarget : RecordingTarget
{
    public override string Name => "pipe";

    public override string? Format => null;

    public override IReadOnlyList<byte[]> Seeds() => [PackedTraces.Trace, PackedTraces.Gzip(PackedTraces.Trace), PerfDataTarget.Small("pipe")];

    protected override EventTable Read(byte[] input, IngestOptions options)
    {
        using AnonymousPipeServerStream near = new(PipeDirection.In);
        using AnonymousPipeClientStream far = new(PipeDirection.Out, near.GetClientHandleAsString());
        Task writing = Task.Run(() =>
        {
            using (far)
                far.Write(input);
        });
        int descriptor = (int)near.SafePipeHandle.DangerousGetHandle();
        try
        {
            return TraceReader.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}"), options);
        }
        finally
        {
            near.Dispose();
            writing.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        }
    }
}
