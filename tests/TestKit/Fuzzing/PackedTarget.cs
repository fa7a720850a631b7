using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>A target that reads packed recordings, of any format. Alone, it only unpacks them.</summary>
public abstract class PackedTarget : RecordingTarget
{
    public override string? Format => null;

    public override bool RunAlone(byte[] input)
    {
        using ScratchFile file = new(input);
        try
        {
            TraceOpener.Open(file.Path).Dispose();
            return true;
        }
        catch (IngestException rejection) when (rejection.Code.Length > 0 && rejection.Message.Length > 0)
        {
            return false;
        }
    }
}
