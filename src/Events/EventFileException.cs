namespace ForkTrace.Events;

/// <summary>A file is not an event file, or is damaged: the message says what and where in one line.</summary>
public sealed class EventFileException(string message, Exception? inner = null) : Exception(message, inner);
