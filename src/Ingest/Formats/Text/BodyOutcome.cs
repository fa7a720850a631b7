namespace ForkTrace.Ingest.Formats.Text;

/// <summary>What reading an event's body came to.</summary>
internal enum BodyOutcome
{
    /// <summary>The row is filled in.</summary>
    Row,

    /// <summary>The event is read, but is not part of a stack's life.</summary>
    Other,

    /// <summary>The body lacks a field that the row needs.</summary>
    Unreadable,
}
