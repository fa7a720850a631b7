namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Text of perf script.</summary>
public sealed class PerfScriptTarget : RecordingTarget
{
    public override string Name => "perf-script";

    public override IReadOnlyList<byte[]> Seeds() => TextSeeds.Of(
        "formats/perf_file.script.txt.zst", "formats/perf_file.script_F.txt.zst",
        "formats/perf_g.script_ns.txt.zst", "formats/perf_file.script_task_events.txt.zst", "native-6.18/make.script_ns.txt.zst");
}
