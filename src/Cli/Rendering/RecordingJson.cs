using ForkTrace.Cli.Shared;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>record --json</c> says.</summary>
internal sealed record RecordingDocument(
    MachineDocument Machine, string Tool, string Level, RecordedEventDocument[] Events, string[] Shell, string[] Arguments, string Output,
    RecordingEstimate Estimate, string[] Notes, string[] Problems, int? ExitCode)
{
    public static RecordingDocument Of(RecordingMachine machine, RecordingPlan plan, int? exitCode) => new(
        MachineDocument.Of(machine),
        RecordingText.Name(plan.Tool),
        plan.Level.ToString().ToLowerInvariant(),
        [.. plan.Events.Select(recorded => new RecordedEventDocument(recorded.Name, JsonOutput.Known(recorded.Filter), recorded.Gain))],
        [.. plan.ShellLines],
        [.. plan.Arguments],
        plan.Output,
        plan.Estimate,
        [.. plan.Notes],
        [.. plan.Problems],
        exitCode);
}

internal sealed record MachineDocument(
    string? Kernel, string Architecture, int Cpus, bool Privileged, int? PerfEventParanoid, bool HasPerf, bool HasTraceCmd, string Tracefs,
    int? TaskStructBytes)
{
    public static MachineDocument Of(RecordingMachine machine) => new(
        JsonOutput.Known(machine.Kernel),
        machine.Architecture,
        machine.Cpus,
        machine.IsPrivileged,
        machine.PerfEventParanoid,
        machine.HasPerf,
        machine.HasTraceCmd,
        machine.Tracefs.ToString().ToLowerInvariant(),
        machine.TaskStructBytes > 0 ? machine.TaskStructBytes : null);
}

internal sealed record RecordedEventDocument(string Event, string? Filter, string Gain);
