using System.Diagnostics.CodeAnalysis;

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>
/// Parses the subset of TSDL (CTF 1.8 specification, appendix C) that kernel tracers write: blocks of attributes, typealias, named
/// structures and enumerations. <see cref="TsdlTypes"/> parses the types. Anything else is rejected with its place.
/// </summary>
internal sealed class TsdlParser
{
    private const int EventsMax = 1 << 17;

    private readonly List<TsdlToken> _tokens = [];
    private readonly CtfMetadata _metadata = new();
    private readonly TsdlTypes _types;
    private int _next;
    private int _events;

    private TsdlParser(string text)
    {
        TsdlLexer lexer = new(text);
        do
        {
            _tokens.Add(lexer.Next());
        }
        while (_tokens[^1].Text.Length > 0 || _tokens[^1].IsText);
        _types = new TsdlTypes(this) { IsBigEndian = IsTraceBigEndian() };
    }

    /// <summary>The next token; an empty one at the end.</summary>
    public TsdlToken Peek => _tokens[_next];

    public TsdlToken Second => _tokens[Math.Min(_next + 1, _tokens.Count - 1)];

    public static CtfMetadata Parse(string text)
    {
        TsdlParser parser = new(text);
        parser.ReadAll();
        return parser._metadata;
    }

    public TsdlToken Take() => _next < _tokens.Count - 1 ? _tokens[_next++] : _tokens[_next];

    public bool TryTake(string mark)
    {
        if (!Peek.Is(mark))
            return false;
        _next++;
        return true;
    }

    public void Expect(string mark)
    {
        if (!TryTake(mark))
            Fail($"'{mark}'");
    }

    /// <summary>Parses a number, decimal or hexadecimal.</summary>
    public long TakeNumber()
    {
        string text = Take().Text;
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('-').TrimEnd("uUlL");
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = isHex ? NumberStyles.HexNumber : NumberStyles.None;
        if (!ulong.TryParse(isHex ? digits[2..] : digits, style, CultureInfo.InvariantCulture, out ulong value))
        {
            _next--;
            Fail("a number");
        }

        return text.StartsWith('-') ? -(long)value : (long)value;
    }

    /// <summary>Rejects the next token.</summary>
    [DoesNotReturn]
    public void Fail(string allowed) =>
        Reject.Invalid("the metadata of a CTF trace (character)", Peek.At, Peek.Text.Length == 0 ? "the end" : $"'{Peek.Text}'", allowed);

    /// <summary>Parses an attribute's name (words with dots between them) up to <c>=</c> or <c>:=</c>.</summary>
    public string TakeKey(out bool isType)
    {
        string key = "";
        while (Peek.IsWord || Peek.Is("."))
            key += Take().Text;
        isType = TryTake(":=");
        if (!isType)
            Expect("=");
        return key;
    }

    /// <summary>Parses a value up to its semicolon.</summary>
    public string TakeValue()
    {
        string value = "";
        while (!Peek.Is(";"))
        {
            if (Peek.Text.Length == 0 && !Peek.IsText)
                Fail("';'");
            value += Take().Text;
        }

        Expect(";");
        return value;
    }

    // The trace's byte order also applies to integers that are declared before it.
    private bool IsTraceBigEndian()
    {
        int trace = _tokens.FindIndex(token => token.Is("trace"));
        int order = trace < 0 ? -1 : _tokens.FindIndex(trace, token => token.Is("byte_order"));
        return order >= 0 && order + 2 < _tokens.Count && _tokens[order + 2].Text is "be" or "network";
    }

    private void ReadAll()
    {
        while (Peek.Text.Length > 0)
        {
            string word = Peek.Text;
            switch (word)
            {
                case "trace" or "env" or "clock" or "stream" or "event" or "callsite":
                    Take();
                    Dictionary<string, string> values = TakeBlock(out Dictionary<string, CtfType> types);
                    TryTake(";");
                    Declare(word, values, types);
                    break;
                case "typealias":
                    _types.ReadAlias();
                    break;
                case ";":
                    Take();
                    break;
                default:
                    _types.ReadType();
                    break;
            }
        }
    }

    /// <summary>Parses a block's attributes: the values, and the types that are declared in it.</summary>
    public Dictionary<string, string> TakeBlock(out Dictionary<string, CtfType> types)
    {
        Expect("{");
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        types = new(StringComparer.Ordinal);
        while (!TryTake("}"))
        {
            if (Peek.Is("typealias"))
            {
                _types.ReadAlias();
                continue;
            }

            string key = TakeKey(out bool isType);
            if (!isType)
            {
                values[key] = TakeValue();
                continue;
            }

            types[key] = _types.ReadType();
            Expect(";");
        }

        return values;
    }

    private void Declare(string block, Dictionary<string, string> values, Dictionary<string, CtfType> types)
    {
        switch (block)
        {
            case "trace":
                _metadata.PacketHeader = types.GetValueOrDefault("packet.header");
                CtfSlots.BindPacket(_metadata.PacketHeader);
                break;
            case "env":
                foreach ((string key, string value) in values)
                    _metadata.Environment[key] = value;
                break;
            case "clock" when _metadata.Clock.Count == 0:
                foreach ((string key, string value) in values)
                    _metadata.Clock[key] = value;
                break;
            case "stream":
                CtfStreamClass stream = _metadata.Stream(Id(values, "id"));
                stream.PacketContext = types.GetValueOrDefault("packet.context");
                stream.EventHeader = types.GetValueOrDefault("event.header");
                stream.EventContext = types.GetValueOrDefault("event.context");
                CtfSlots.BindPacket(stream.PacketContext);
                CtfSlots.BindHeader(stream.EventHeader);
                CtfSlots.BindContext(stream.EventContext);
                break;
            case "event":
                DeclareEvent(values, types);
                break;
        }
    }

    private void DeclareEvent(Dictionary<string, string> values, Dictionary<string, CtfType> types)
    {
        if (++_events > EventsMax)
            Reject.Unsupported($"the CTF trace declares more than {EventsMax} events");
        string name = values.GetValueOrDefault("name", "");
        CtfTracepoint? known = CtfSlots.Find(name);
        CtfType? context = types.GetValueOrDefault("context");
        CtfType? fields = types.GetValueOrDefault("fields");
        CtfSlots.BindContext(context);
        string? missing = known is null ? null : CtfSlots.BindEvent(fields, known);
        _metadata.Stream(Id(values, "stream_id")).Events[Id(values, "id")] =
            new CtfEventClass(name, context, fields, missing is null ? known?.Row : null, missing);
    }

    private static long Id(Dictionary<string, string> values, string key) =>
        long.TryParse(values.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long id) ? id : 0;
}
