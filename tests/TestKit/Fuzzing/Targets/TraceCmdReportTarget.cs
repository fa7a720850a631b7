namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Text of trace-cmd report.</summary>
public sealed class TraceCmdReportTarget : RecordingTarget
{
    public override string Name => "trace-cmd-report";

    public override IReadOnlyList<byte[]> Seeds() => TextSeeds.Of(
        "formats/v7_default.report.txt.zst", "formats/v7_default.report_N.txt.zst", "formats/v7_default.report_R.txt.zst",
        "formats/v7_default.report_l.txt.zst", "formats/v7_default.report_ts_diff.txt.zst", "formats/v7_tsc.report.txt.zst",
        "vm-6.1/prefork.report_t_head.txt.zst");
}
