using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>What events of one id are made of.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Context">Structure before the fields, null for none.</param>
/// <param name="Fields">The event's own structure, null for none.</param>
/// <param name="Known">How it fills a row, null if it plays no part.</param>
/// <param name="MissingField">A field for want of which it plays none, else null.</param>
internal sealed record CtfEventClass(string Name, CtfType? Context, CtfType? Fields, CtfKnownEvent? Known, string? MissingField)
{
    /// <summary>Events met that play no part.</summary>
    public long Skipped { get; set; }
}
