namespace ForkTrace.Lifecycle.Recording;

/// <summary>
/// Kprobes on functions of the kernel's stack cache. <c>record --level truth</c> sets and removes them through the kprobe_events file of
/// tracefs. The readers know their names and fields.
/// </summary>
internal static class StackProbes
{
    /// <summary>The function that offers a queued stack to the cache again (kernel/fork.c, 5.18).</summary>
    public const string Callback = "thread_stack_free_rcu";

    private const string Queued = "when a stack's own RCU callback is queued";
    private const string Ran = "when it ran";

    /// <summary>A probe for misses: the first two arguments of the function are size and alignment (4.9 to 6.8).</summary>
    public static string? OfMapping(RecordingMachine machine) => Definition(
        machine, RecordedEvents.StackMappingProbe, "__vmalloc_node_range", "size={0}:u64 align={1}:u64");

    /// <summary>
    /// Events that show when the RCU callbacks of stacks were queued and ran. The kernel's own events are used if it has them
    /// (CONFIG_RCU_TRACE), except with perf: they contain the function's address, and perf.data has no kallsyms to resolve it. Otherwise
    /// probes are used. If neither is possible, a note says why. Kernels before 5.18 do not queue stacks.
    /// </summary>
    public static IEnumerable<RecordedEvent> OfCallbacks(
        RecordingMachine machine, RecordingTool tool, KernelRelease? kernel, List<string> notes)
    {
        bool hasOwn = tool != RecordingTool.Perf
            && machine.Events is { } events && events.Contains("rcu:rcu_callback") && events.Contains("rcu:rcu_invoke_callback");
        if (WhyNot(machine, hasOwn) is { } reason)
        {
            if (machine.StackCallbackAddress is not null || kernel?.IsAtLeast(5, 18) != false)
                notes.Add($"left out: probes on {Callback} ({Queued}, and {Ran}): {reason}");
            yield break;
        }

        string filter = string.Create(CultureInfo.InvariantCulture, $"func==0x{machine.StackCallbackAddress:x}");
        if (hasOwn)
        {
            yield return new("rcu:rcu_callback", filter, RecordingLevel.Truth, Queued);
            yield return new("rcu:rcu_invoke_callback", filter, RecordingLevel.Truth, Ran);
            yield break;
        }

        yield return new("gt:crcu", filter, RecordingLevel.Truth, $"{Queued}, by a probe")
        {
            Probe = Definition(machine, "gt:crcu", "call_rcu", "head={0}:x64 func={1}:x64"),
        };
        yield return new("gt:srcu", null, RecordingLevel.Truth, $"{Ran}, by a probe")
        {
            Probe = Definition(machine, "gt:srcu", Callback, "head={0}:x64"),
        };
    }

    /// <summary>Shell lines that set probes. Probes that exist already belong to somebody else, and stay.</summary>
    public static IEnumerable<string> Before(RecordingMachine machine, IEnumerable<RecordedEvent> events) =>
        Set(machine, events).Select(recorded => $"echo '{recorded.Probe}' >> {machine.TracefsFolder}/kprobe_events");

    /// <summary>Shell lines that remove them.</summary>
    public static IEnumerable<string> After(RecordingMachine machine, IEnumerable<RecordedEvent> events) =>
        Set(machine, events).Select(recorded => $"echo '-:{recorded.Name.Replace(':', '/')}' >> {machine.TracefsFolder}/kprobe_events");

    /// <summary>Why this user cannot set probes here; null if it is possible.</summary>
    public static string? WhyNone(RecordingMachine machine)
    {
        if (machine.Tracefs != TracefsAccess.Writable)
            return $"{machine.TracefsFolder} cannot be written";
        if (!machine.HasKprobes)
            return "this user or kernel has no kprobes";
        return Arguments(machine) is null ? $"the registers of function arguments are not known for {machine.Architecture}" : null;
    }

    private static string? WhyNot(RecordingMachine machine, bool hasOwnEvents)
    {
        if (!hasOwnEvents && WhyNone(machine) is { } reason)
            return reason;
        return machine.StackCallbackAddress switch
        {
            null => $"/proc/kallsyms has no {Callback}",
            0 => "/proc/kallsyms hides addresses (kernel.kptr_restrict)",
            _ => null,
        };
    }

    private static IEnumerable<RecordedEvent> Set(RecordingMachine machine, IEnumerable<RecordedEvent> events) =>
        events.Where(recorded => recorded.Probe is not null && machine.Events?.Contains(recorded.Name) != true);

    private static string? Definition(RecordingMachine machine, string name, string function, string fields) =>
        Arguments(machine) is var (first, second)
            ? $"p:{name.Replace(':', '/')} {function} {string.Format(CultureInfo.InvariantCulture, fields, first, second)}"
            : null;

    // $argN exists since 4.20, depending on the architecture. The README of tracefs names it if the kernel accepts it.
    private static (string First, string Second)? Arguments(RecordingMachine machine) => machine.Architecture switch
    {
        "x86_64" => ("%di", "%si"),
        "aarch64" => ("%x0", "%x1"),
        _ => machine.HasProbeArguments ? ("$arg1", "$arg2") : null,
    };
}
