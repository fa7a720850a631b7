using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Commands;

/// <summary>The text output of <c>record</c>: what will be recorded and what it costs, then the shell lines.</summary>
internal static class RecordingText
{
    /// <summary>The tool as its users type it.</summary>
    public static string Name(RecordingTool tool) => tool switch
    {
        RecordingTool.TraceCmd => "trace-cmd",
        RecordingTool.Perf => "perf",
        _ => "ftrace",
    };

    public static void Write(Terminal terminal, RecordingMachine machine, RecordingPlan plan)
    {
        LabelledLines lines = new(terminal);
        string taskStruct = machine.TaskStructBytes > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{machine.TaskStructBytes} bytes")
            : "of unknown size";
        string cpus = machine.Cpus == 1 ? "1 CPU" : string.Create(CultureInfo.InvariantCulture, $"{machine.Cpus} CPUs");
        lines.Add("machine", $"{machine.Kernel} {machine.Architecture}, {cpus}, task_struct {taskStruct}");
        lines.Add("tool", $"{Name(plan.Tool)}, level {plan.Level.ToString().ToLowerInvariant()}");
        foreach (RecordedEvent recorded in plan.Events)
            lines.Add("events", $"{recorded.Name}{(recorded.Filter is null ? "" : $" ({recorded.Filter})")}: {recorded.Gain}");
        RecordingEstimate estimate = plan.Estimate;
        lines.Add(
            "takes",
            $"about {Readable.Bytes(estimate.BytesPerThousandForks)} and {Readable.Duration(1000.0 * estimate.CpuNsPerFork)} of CPU time "
            + $"for 1000 short programs, and {Readable.Bytes(estimate.FixedBytes)} at least (docs/recording.md)");
        foreach (string note in plan.Notes)
            lines.Add("note", note);
        foreach (string problem in plan.Problems)
            lines.Add("problem", problem);
        terminal.Out.WriteLine();
        foreach (string line in plan.ShellLines)
            terminal.Out.WriteLine(EscapedText.Of(line));
    }

    /// <summary>Reports a finished recording, on standard error.</summary>
    public static void WriteRecorded(FinishedRecording recording)
    {
        string size = Readable.Bytes(new FileInfo(recording.Output).Length);
        string ended = recording.ExitCode == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; the workload ended with {recording.ExitCode}");
        Terminal.Note($"recorded {recording.Output} ({size}){ended}");
    }

    /// <summary>After the last recording: what the recordings lack, and the command that reads them.</summary>
    public static void WriteDone(RecordingSeries series)
    {
        foreach (string note in series.Plans[0].Notes)
            Terminal.Note(note);
        IEnumerable<string> files = series.Finished.Select(recording => recording.Output);
        Terminal.Note($"forktrace run {ShellText.Of(files)} reads {(series.Finished.Count == 1 ? "it" : "them")}");
    }
}

/// <summary>The output of <c>record --json</c>.</summary>
internal sealed record RecordingDocument(
    MachineDocument Machine, string Tool, string Level, RecordedEventDocument[] Events, string[] Shell, string[] Arguments, string Output,
    RecordingEstimate Estimate, string[] Notes, string[] Problems, int? ExitCode, FinishedRecording[] Recordings)
{
    public static RecordingDocument Of(RecordingMachine machine, RecordingPlan plan, RecordingSeries? series) => new(
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
        series?.ExitCode,
        [.. series?.Finished ?? []]);
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
