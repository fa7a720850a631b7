using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats.Text.FunctionGraph;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Text of the function_graph tracer, used for calibration.</summary>
public sealed class FunctionGraphTarget : IFuzzTarget
{
    public string Name => "function_graph";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds() => TextSeeds.Of("vm-6.1/pthread.function_graph.txt.zst");

    public bool Run(byte[] input)
    {
        try
        {
            using ScratchFile file = new(input);
            using TraceInput opened = TraceOpener.Open(file.Path);
            FunctionGraphReader.Read(opened);
            return true;
        }
        catch (IngestException)
        {
            return false;
        }
    }
}
