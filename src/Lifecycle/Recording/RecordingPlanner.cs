using System.Numerics;

namespace ForkTrace.Lifecycle.Recording;

/// <summary>Decides how to record on a machine: tool, events, filters, buffers. Reports what prevents it.</summary>
public static class RecordingPlanner
{
    private const string Workload = "CMD";

    // Limits for the buffers of all CPUs together, and of one CPU. A burst of 20 000 forks fits into one CPU's buffer.
    private const long BuffersBytesMax = 512L << 20;
    private const long BufferBytesMax = 4 << 20;
    private const int BufferKibMax = 8192;
    private const int BufferKibMin = 1024;

    // perf_event_mlock_kb allows 516 KiB per CPU to users without CAP_IPC_LOCK: 512 KiB and the control page.
    private const long BufferBytesUnprivileged = 512 << 10;

    /// <summary>Makes the plan.</summary>
    public static RecordingPlan Plan(RecordingMachine machine, RecordingRequest request)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(request);
        RecordingTool tool = request.Tool ?? RecordingRights.BestTool(machine);
        List<string> notes = [];
        ImmutableArray<RecordedEvent> events = [.. EventsOf(machine, request.Level, tool, notes)];
        string output = request.Output ?? DefaultOutput(tool);
        ImmutableArray<string> command = request.Command.IsEmpty ? [Workload] : request.Command;
        return new RecordingPlan
        {
            Tool = tool,
            Level = request.Level,
            Events = events,
            Before =
            [
                KernelFactsScript.OfStart(machine, output + KernelFacts.FileSuffix),
                .. StackProbes.Before(machine, events),
                .. tool == RecordingTool.Ftrace ? FtraceScript.Before(machine, events, BufferKib(machine)) : [],
            ],
            Arguments = [.. Arguments(machine, tool, events, output, command)],
            Command = command,
            After =
            [
                .. tool == RecordingTool.Ftrace ? FtraceScript.After(machine, output) : [],
                .. StackProbes.After(machine, events),
                .. KernelFactsScript.OfEnd(machine, output + KernelFacts.FileSuffix),
            ],
            Output = output,
            Notes = [.. notes],
            Problems = [.. RecordingRights.Problems(machine, tool)],
            Estimate = RecordingEstimate.Of(tool, request.Level),
        };
    }

    private static IEnumerable<string> Arguments(
        RecordingMachine machine,
        RecordingTool tool,
        ImmutableArray<RecordedEvent> events,
        string output,
        ImmutableArray<string> command) => tool switch
        {
            RecordingTool.TraceCmd => RecorderArguments.TraceCmd(events, BufferKib(machine), output, command),
            RecordingTool.Perf => RecorderArguments.Perf(events, BufferPages(machine), output, command),
            _ => command,
        };

    private static IEnumerable<RecordedEvent> EventsOf(
        RecordingMachine machine, RecordingLevel level, RecordingTool tool, List<string> notes)
    {
        KernelRelease? kernel = KernelRelease.Parse(machine.Kernel);
        if (kernel is null)
            notes.Add($"the kernel release '{machine.Kernel}' is not understood: assuming a recent kernel without vmalloc's events");
        if (machine.Events is null)
            notes.Add("the events of this machine cannot be listed (tracefs): assuming those of the kernel's version");
        foreach (RecordedEvent recorded in RecordedEvents.Of(kernel, level))
        {
            if (WhyNot(machine, recorded) is { } reason)
                notes.Add($"left out: {recorded.Name} ({recorded.Gain}): {reason}");
            else
                yield return Resolve(machine, recorded);
        }

        if (level == RecordingLevel.Truth)
        {
            foreach (RecordedEvent recorded in StackProbes.OfCallbacks(machine, tool, kernel, notes))
                yield return recorded;
        }

        if (level == RecordingLevel.Standard && !RecordedEvents.HasMappingEvent(kernel))
            notes.Add("before 6.2, no built-in event shows the kernel's own misses: level truth uses a probe");
    }

    private static string? WhyNot(RecordingMachine machine, RecordedEvent recorded)
    {
        if (recorded.Name == RecordedEvents.StackMappingProbe)
            return StackProbes.WhyNone(machine);
        if (machine.Events is { } events && !events.Contains(recorded.Name))
            return "this kernel has no such event";
        return recorded.NeedsTaskStructBytes && machine.TaskStructBytes == 0
            ? "the size of task_struct cannot be read from /sys/kernel/slab/task_struct/object_size (root can)"
            : null;
    }

    private static RecordedEvent Resolve(RecordingMachine machine, RecordedEvent recorded) => recorded with
    {
        Probe = recorded.Name == RecordedEvents.StackMappingProbe ? StackProbes.OfMapping(machine) : null,
        Filter = recorded.Filter?.Replace(
            RecordedEvent.TaskStructBytes, machine.TaskStructBytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
    };

    // In pages of the machine; a power of two.
    private static int BufferPages(RecordingMachine machine)
    {
        if (!machine.IsPrivileged && machine.PerfEventParanoid >= 0)
            return (int)Math.Max(1, BufferBytesUnprivileged / machine.PageBytes);

        // Rounding up can double it.
        long share = BuffersBytesMax / Math.Max(1, machine.Cpus);
        long bytes = Math.Clamp(share / 2, BufferBytesUnprivileged, BufferBytesMax);
        return (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, bytes / machine.PageBytes));
    }

    private static int BufferKib(RecordingMachine machine) =>
        (int)Math.Clamp(BuffersBytesMax / 1024 / Math.Max(1, machine.Cpus), BufferKibMin, BufferKibMax);

    private static string DefaultOutput(RecordingTool tool) => tool switch
    {
        RecordingTool.TraceCmd => "trace.dat",
        RecordingTool.Perf => "perf.data",
        _ => "trace.txt",
    };
}
