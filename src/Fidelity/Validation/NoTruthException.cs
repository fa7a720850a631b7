using ForkTrace.Events;

namespace ForkTrace.Fidelity.Validation;

/// <summary>A recording cannot be judged by: it holds no event that tells what the kernel's own cache did.</summary>
public sealed class NoTruthException : Exception
{
    /// <param name="facts">The recording.</param>
    public NoTruthException(TraceFacts facts)
        : base(MessageOf(facts))
    {
    }

    public NoTruthException()
    {
    }

    public NoTruthException(string message)
        : base(message)
    {
    }

    public NoTruthException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    // vmalloc events came with 6.2 (include/trace/events/vmalloc.h).
    private static string MessageOf(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Issues.FirstOrDefault(issue => issue.Code == "probe_map") is { } map)
            return $"{facts.Trace} does not tell what its kernel did, hit or miss: no event of it meets the conditions. {map.Message}";
        string how = KernelRelease.Parse(facts.Kernel) is { } release && !release.IsAtLeast(6, 2)
            ? "its kernel is older than 6.2, so 'forktrace record' records it at level truth with a kprobe on __vmalloc_node_range"
            : "'forktrace record' records it as vmalloc:alloc_vmap_area (align==16384; before kernel 6.2, at level truth, by a kprobe)";
        return $"{facts.Trace} does not tell what its kernel did, hit or miss: {how}; probes of your own are read with a probe map (docs/fidelity.md)";
    }
}
