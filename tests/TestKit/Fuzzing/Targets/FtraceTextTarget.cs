namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Text of tracefs.</summary>
public sealed class FtraceTextTarget : RecordingTarget
{
    public override string Name => "ftrace-text";

    public override IReadOnlyList<byte[]> Seeds() => TextSeeds.Of(
        "formats/ftrace_default.txt.zst", "formats/ftrace_latency.txt.zst", "formats/ftrace_tgid.txt.zst", "formats/ftrace_tsc.txt.zst",
        "formats/ftrace_noirqinfo.txt.zst", "formats/ftrace_pipe.txt.zst");
}
