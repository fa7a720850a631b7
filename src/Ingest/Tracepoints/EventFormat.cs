namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// The kernel's own description of one event: the text of <c>events/SYSTEM/NAME/format</c> (trace_events.c, f_show), which trace.dat and
/// perf.data contain. All offsets come from it.
/// </summary>
/// <param name="System">The event's system, e.g. <c>sched</c>.</param>
/// <param name="Name">The event's name, e.g. <c>sched_switch</c>.</param>
/// <param name="Id">The id in common_type of the records; it differs from boot to boot.</param>
/// <param name="Fields">Common fields first, in file order.</param>
/// <param name="PrintFormat">What follows <c>print fmt:</c>; empty if the text has none.</param>
internal sealed record EventFormat(string System, string Name, int Id, ImmutableArray<FieldFormat> Fields, string PrintFormat)
{
    /// <summary><c>system:name</c>.</summary>
    public string FullName { get; } = $"{System}:{Name}";

    public FieldFormat? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>Reads a format text; null when it has no name or no id (then no record can refer to it).</summary>
    public static EventFormat? Parse(string system, string text)
    {
        string name = "";
        int id = -1;
        string printFormat = "";
        ImmutableArray<FieldFormat>.Builder fields = ImmutableArray.CreateBuilder<FieldFormat>();
        foreach (ReadOnlySpan<char> rawLine in new TextPieces(text, '\n'))
        {
            ReadOnlySpan<char> line = rawLine.Trim();
            if (line.StartsWith("name:"))
                name = line[5..].Trim().ToString();
            else if (line.StartsWith("ID:"))
                id = ParseInt(line[3..]);
            else if (line.StartsWith("field:") && ParseField(line) is { } field)
                fields.Add(field);
            else if (line.StartsWith("print fmt:"))
                printFormat = line[10..].Trim().ToString();
        }

        return name.Length == 0 || id is < 0 or > ushort.MaxValue
            ? null
            : new EventFormat(system, name, id, fields.ToImmutable(), printFormat);
    }

    private static FieldFormat? ParseField(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> declaration = default;
        int offset = -1, size = -1, signed = 0;
        foreach (ReadOnlySpan<char> untrimmed in new TextPieces(line, ';'))
        {
            ReadOnlySpan<char> part = untrimmed.Trim();
            if (part.StartsWith("field:"))
                declaration = part[6..].Trim();
            else if (part.StartsWith("offset:"))
                offset = ParseInt(part[7..]);
            else if (part.StartsWith("size:"))
                size = ParseInt(part[5..]);
            else if (part.StartsWith("signed:"))
                signed = ParseInt(part[7..]);
        }

        if (declaration.IsEmpty || offset is < 0 or > ushort.MaxValue || size is < 0 or > ushort.MaxValue)
            return null;

        ReadOnlySpan<char> withoutArray = declaration;
        int bracket = declaration.LastIndexOf('[');
        int space = declaration.LastIndexOf(' ');
        if (bracket > space)
            withoutArray = declaration[..bracket];
        space = withoutArray.LastIndexOf(' ');
        string name = withoutArray[(space + 1)..].ToString();
        string type = space < 0 ? "" : declaration[..space].ToString();
        return new FieldFormat(name, type, offset, size, signed == 1);
    }

    private static int ParseInt(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : -1;
}

/// <summary>One <c>field:</c> line of an event's format text: name without array brackets, C type as written, position in bytes.</summary>
internal sealed record FieldFormat(string Name, string Type, int Offset, int Size, bool IsSigned)
{
    /// <summary>True for a 32-bit word that locates the data: low half offset from the record's start, high half length.</summary>
    public bool IsDataLoc => Type.StartsWith("__data_loc", StringComparison.Ordinal);

    /// <summary>Like <see cref="IsDataLoc"/>, but the offset counts from the end of the word.</summary>
    public bool IsRelLoc => Type.StartsWith("__rel_loc", StringComparison.Ordinal);
}

/// <summary>
/// The pieces of a text between separators. Same as Split of spans, which is compiled again in every process; that takes longer than
/// parsing all texts of a recording.
/// </summary>
internal ref struct TextPieces(ReadOnlySpan<char> text, char separator)
{
    private ReadOnlySpan<char> _rest = text;
    private bool _isAtEnd;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly TextPieces GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_isAtEnd)
            return false;
        int end = _rest.IndexOf(separator);
        _isAtEnd = end < 0;
        Current = _isAtEnd ? _rest : _rest[..end];
        _rest = _isAtEnd ? [] : _rest[(end + 1)..];
        return true;
    }
}
