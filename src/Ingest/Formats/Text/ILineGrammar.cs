namespace ForkTrace.Ingest.Formats.Text;

/// <summary>How the lines of one kind of text are built. Implemented by empty structs: the reading loop is compiled for each.</summary>
internal interface ILineGrammar
{
    /// <summary>Reads what stands before the event's name; false if the line is no event line.</summary>
    static abstract bool TryReadHead(ReadOnlySpan<byte> line, out LineHead head);

    /// <summary>Splits what follows the head into the event's name (with its system, where the text has it) and body.</summary>
    static abstract bool TrySplitEvent(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> body);

    /// <summary>True for lines that belong to the event before them, such as call chains; asked before the head is read.</summary>
    static abstract bool IsContinuation(ReadOnlySpan<byte> line);
}
