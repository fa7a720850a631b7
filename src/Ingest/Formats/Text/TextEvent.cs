using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>An event's name as lines spell it, what is known of the event, and how many lines named it.</summary>
internal sealed class TextEvent
{
    public TextEvent(byte[] name, KnownTracepoint? known)
    {
        Name = name;
        Kind = known?.Kind ?? EventKind.None;
        IsKnown = known is not null;
        IsFunction = known is { System: "ftrace", Name: "function" };
        IsProbe = known is { System: "gt" };
        ValueKey = known?.Value is { } value ? Encoding.ASCII.GetBytes($" {value}=") : [];
    }

    /// <param name="name">The name as lines spell it.</param>
    /// <param name="mappings">What the user's probe map says of it.</param>
    public TextEvent(byte[] name, IEnumerable<ProbeMapping> mappings)
    {
        Name = name;
        IsKnown = true;
        ValueKey = [];
        Mapped = [.. mappings.Select(mapping => new MappedProbe(mapping))];
    }

    public byte[] Name { get; }

    /// <summary>What the user's probe map says of the event; empty for events that are known without being told.</summary>
    public MappedProbe[] Mapped { get; } = [];

    /// <summary>The row's kind before its body is looked at.</summary>
    public EventKind Kind { get; }

    public bool IsKnown { get; }

    /// <summary>True for the function tracer's lines, whose kind depends on the function.</summary>
    public bool IsFunction { get; }

    /// <summary>True for the project's own probes, whose short names other events may have too.</summary>
    public bool IsProbe { get; }

    /// <summary>The value's key with a blank before and '=' after it; empty where the event has none.</summary>
    public byte[] ValueKey { get; }

    /// <summary>Lines that named the event.</summary>
    public long Lines { get; set; }
}
