using System.Text.Json;
using ForkTrace.Replay.Recording;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>record --json</c> says. Shape: docs/json.md.</summary>
internal static class RecordingJson
{
    public static void Write(Utf8JsonWriter writer, RecordingMachine machine, RecordingPlan plan, int? exitCode)
    {
        writer.WriteStartObject();
        WriteMachine(writer, machine);
        writer.WriteString("tool", RecordingText.Name(plan.Tool));
        writer.WriteString("level", plan.Level.ToString().ToLowerInvariant());
        writer.WriteStartArray("events");
        foreach (RecordedEvent recorded in plan.Events)
        {
            writer.WriteStartObject();
            writer.WriteString("event", recorded.Name);
            writer.WriteTextOrNull("filter", recorded.Filter);
            writer.WriteString("gain", recorded.Gain);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteTexts(writer, "shell", plan.ShellLines);
        WriteTexts(writer, "arguments", plan.Arguments);
        writer.WriteString("output", plan.Output);
        writer.WriteStartObject("estimate");
        writer.WriteNumber("fixed_bytes", plan.Estimate.FixedBytes);
        writer.WriteNumber("bytes_per_thousand_forks", plan.Estimate.BytesPerThousandForks);
        writer.WriteNumber("cpu_ns_per_fork", plan.Estimate.CpuNsPerFork);
        writer.WriteEndObject();
        WriteTexts(writer, "notes", plan.Notes);
        WriteTexts(writer, "problems", plan.Problems);
        writer.WriteNumberOrNull("exit_code", (long?)exitCode);
        writer.WriteEndObject();
    }

    private static void WriteMachine(Utf8JsonWriter writer, RecordingMachine machine)
    {
        writer.WriteStartObject("machine");
        writer.WriteTextOrNull("kernel", machine.Kernel);
        writer.WriteString("architecture", machine.Architecture);
        writer.WriteNumber("cpus", machine.Cpus);
        writer.WriteBoolean("privileged", machine.IsPrivileged);
        writer.WriteNumberOrNull("perf_event_paranoid", (long?)machine.PerfEventParanoid);
        writer.WriteBoolean("has_perf", machine.HasPerf);
        writer.WriteBoolean("has_trace_cmd", machine.HasTraceCmd);
        writer.WriteString("tracefs", machine.Tracefs.ToString().ToLowerInvariant());
        writer.WriteNumberOrNull("task_struct_bytes", machine.TaskStructBytes > 0 ? (long?)machine.TaskStructBytes : null);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
