namespace ForkTrace.Arrow;

/// <summary>Bytes that are no Arrow data, are damaged, or use a part of the format that is not supported.</summary>
public sealed class ArrowFormatException : FormatException
{
    public ArrowFormatException()
        : this("Arrow data", -1, "something unknown", "the Arrow format")
    {
    }

    public ArrowFormatException(string message)
        : base(message)
    {
        What = message;
        Found = "";
        Allowed = "";
        Offset = -1;
    }

    public ArrowFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
        What = message;
        Found = "";
        Allowed = "";
        Offset = -1;
    }

    /// <summary>Names what was read, where, what was there and what may be there.</summary>
    public ArrowFormatException(string what, long offset, string found, string allowed, Exception? inner = null)
        : base($"Arrow: {what} at byte {offset}: found {found}, allowed: {allowed}.", inner)
    {
        What = what;
        Offset = offset;
        Found = found;
        Allowed = allowed;
    }

    /// <summary>The part of the format that was read.</summary>
    public string What { get; }

    /// <summary>Where it was read: bytes from the start of the file or stream; -1 if not known.</summary>
    public long Offset { get; }

    /// <summary>What was there.</summary>
    public string Found { get; }

    /// <summary>What may be there.</summary>
    public string Allowed { get; }
}
