namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Parses the types of TSDL, and keeps those that have names.</summary>
internal sealed class TsdlTypes(TsdlParser parser)
{
    private const int DepthMax = 32;
    private const int BitsMax = 64;
    private const int LengthMax = 1 << 24;
    private const int AlignMax = 4096;

    // Limit for nested structures, which could otherwise take unlimited time. No tracer's event has a hundredth of this.
    private const int NodesMax = 10_000;

    private readonly Dictionary<string, CtfType> _named = new(StringComparer.Ordinal);
    private readonly List<List<CtfField>> _scopes = [];
    private int _depth;

    /// <summary>The trace's byte order, for integers that do not specify one.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>Parses <c>typealias TYPE := NAME;</c>. A name can have several words.</summary>
    public void ReadAlias()
    {
        parser.Take();
        CtfType type = ReadType();
        parser.Expect(":=");
        _named[TakeWords()] = type;
        parser.Expect(";");
    }

    /// <summary>Parses a type: its definition or its name.</summary>
    public CtfType ReadType()
    {
        if (++_depth > DepthMax)
            parser.Fail($"types nested at most {DepthMax} deep");
        CtfType type = (IsWrittenOut ? parser.Take().Text : "") switch
        {
            "integer" => ReadInteger(),
            "floating_point" => ReadFloating(),
            "string" => ReadText(),
            "struct" => ReadStructure(),
            "enum" => ReadEnumeration(),
            "variant" => ReadVariant(),
            _ => Named(TakeWords()),
        };
        _depth--;
        return type;
    }

    private bool IsWrittenOut => parser.Peek.Text is "integer" or "floating_point" or "string" or "struct" or "enum" or "variant";

    private string TakeWords()
    {
        string words = "";
        while (parser.Peek.IsWord)
            words += (words.Length == 0 ? "" : " ") + parser.Take().Text;
        if (words.Length == 0)
            parser.Fail("a type's name");
        return words;
    }

    private CtfType Named(string name)
    {
        if (!_named.TryGetValue(name, out CtfType? type))
            parser.Fail($"a type that is declared; '{name}' is not");
        return type;
    }

    private int Number(Dictionary<string, string> attributes, string key, int otherwise, int max)
    {
        if (!attributes.TryGetValue(key, out string? text))
            return otherwise;
        if (!int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int value) || value < 1 || value > max)
            parser.Fail($"a {key} from 1 to {max}, not {text}");
        return value;
    }

    private bool IsBig(Dictionary<string, string> attributes) =>
        attributes.GetValueOrDefault("byte_order", "native") switch { "be" or "network" => true, "le" => false, _ => IsBigEndian };

    private CtfType ReadInteger()
    {
        Dictionary<string, string> attributes = parser.TakeBlock(out _);
        int bits = Number(attributes, "size", 0, BitsMax);
        if (bits == 0)
            parser.Fail("an integer's size");
        int align = Number(attributes, "align", bits % 8 == 0 ? 8 : 1, AlignMax);
        return new CtfType(CtfTypeKind.Integer, align)
        {
            Bits = bits,
            BitsMin = bits,
            IsSigned = attributes.GetValueOrDefault("signed", "false") is "true" or "TRUE" or "1",
            IsBigEndian = IsBig(attributes),
            IsClock = attributes.ContainsKey("map"),
        };
    }

    private CtfType ReadFloating()
    {
        Dictionary<string, string> attributes = parser.TakeBlock(out _);
        int bits = Number(attributes, "exp_dig", 8, BitsMax) + Number(attributes, "mant_dig", 24, BitsMax);
        int align = Number(attributes, "align", 8, AlignMax);
        return new CtfType(CtfTypeKind.Floating, align) { Bits = Math.Min(bits, BitsMax), BitsMin = Math.Min(bits, BitsMax) };
    }

    private CtfType ReadText()
    {
        if (parser.Peek.Is("{"))
            parser.TakeBlock(out _);
        return new CtfType(CtfTypeKind.Text, 8) { BitsMin = 8 };
    }

    // struct [NAME] [{ ... }] [align(N)]: without members, it refers to an earlier declaration.
    private CtfType ReadStructure()
    {
        string name = parser.Peek.IsWord && !parser.Peek.Is("align") ? "struct " + parser.Take().Text : "";
        if (!parser.TryTake("{"))
            return Named(name);
        ImmutableArray<CtfField> fields = ReadFields();
        int align = 1;
        if (parser.TryTake("align"))
        {
            parser.Expect("(");
            align = (int)Math.Clamp(parser.TakeNumber(), 1, AlignMax);
            parser.Expect(")");
        }

        CtfType type = new(CtfTypeKind.Structure, fields.Select(field => field.Type.Align).Append(align).Max())
        {
            Fields = fields,
            BitsMin = Math.Min(fields.Sum(field => field.Type.BitsMin), int.MaxValue),
            Nodes = Counted(fields),
        };
        return Remembered(name, type);
    }

    private CtfType Remembered(string name, CtfType type)
    {
        if (name.Length > 0)
            _named[name] = type;
        return type;
    }

    private int Counted(ImmutableArray<CtfField> fields)
    {
        long nodes = 1 + fields.Sum(field => (long)field.Type.Nodes);
        if (nodes > NodesMax)
            parser.Fail($"at most {NodesMax} types in one");
        return (int)nodes;
    }

    private ImmutableArray<CtfField> ReadFields()
    {
        List<CtfField> fields = [];
        _scopes.Add(fields);
        while (!parser.TryTake("}"))
        {
            if (parser.Peek.Is("typealias"))
            {
                ReadAlias();
                continue;
            }

            (CtfType type, string name) = ReadDeclaration();
            fields.Add(new CtfField(name, type));
            parser.Expect(";");
        }

        _scopes.RemoveAt(_scopes.Count - 1);
        return [.. fields];
    }

    // TYPE NAME, TYPE NAME[LENGTH] ...: the last of several words is the field's name.
    private (CtfType Type, string Name) ReadDeclaration()
    {
        CtfType type;
        string name;
        if (IsWrittenOut)
        {
            type = ReadType();
            name = parser.Take().Text;
        }
        else
        {
            string words = TakeWords();
            int last = words.LastIndexOf(' ');
            name = words[(last + 1)..];
            type = Named(last < 0 ? "" : words[..last]);
        }

        while (parser.TryTake("["))
        {
            type = char.IsAsciiDigit(parser.Peek.Text.FirstOrDefault()) ? Array(type, parser.TakeNumber()) : Sequence(type, TakePath());
            parser.Expect("]");
        }

        return (type, name);
    }

    private CtfType Array(CtfType element, long length)
    {
        if (length is < 0 or > LengthMax || (element.BitsMin == 0 && length > 0))
            parser.Fail($"an array of at most {LengthMax} elements of at least one bit");
        long bitsMin = Math.Min(element.BitsMin * length, int.MaxValue);
        return new CtfType(CtfTypeKind.Array, element.Align) { Element = element, Length = (int)length, BitsMin = bitsMin };
    }

    private CtfType Sequence(CtfType element, string path)
    {
        if (element.BitsMin == 0)
            parser.Fail("a sequence of elements of at least one bit");
        return new CtfType(CtfTypeKind.Sequence, element.Align) { Element = element, Selector = Find(path) };
    }

    private string TakePath()
    {
        string last = "";
        while (parser.Peek.IsWord || parser.Peek.Is("."))
            last = parser.Take().Text;
        return last;
    }

    // Finds the latest field with that name, from the innermost structure outwards.
    private CtfField Find(string name)
    {
        for (int scope = _scopes.Count - 1; scope >= 0; scope--)
        {
            if (_scopes[scope].FindLast(field => field.Name == name) is { } field)
                return field;
        }

        parser.Fail($"a field that was declared before; '{name}' was not");
        return null!;
    }

    // enum [NAME] [: TYPE] { label [= first [... last]], ... }
    private CtfType ReadEnumeration()
    {
        string name = parser.Peek.IsWord ? "enum " + parser.Take().Text : "";
        CtfType? container = parser.TryTake(":") ? ReadType() : null;
        if (!parser.TryTake("{"))
            return Named(name);
        if (container is null && !_named.TryGetValue("int", out container))
            parser.Fail("an enumeration's integer type");
        List<(string Name, long First, long Last)> labels = [];
        long next = 0;
        while (!parser.TryTake("}"))
        {
            string label = parser.Take().Text;
            if (label.Length == 0)
                parser.Fail("a label");
            long first = parser.TryTake("=") ? parser.TakeNumber() : next;
            long last = parser.TryTake("...") ? parser.TakeNumber() : first;
            labels.Add((label, first, last));
            next = last + 1;
            parser.TryTake(",");
        }

        return Remembered(name, container! with { Kind = CtfTypeKind.Enumeration, Labels = [.. labels] });
    }

    // variant [NAME] <TAG> { ... }. A variant has the alignment of its selected option.
    private CtfType ReadVariant()
    {
        if (parser.Peek.IsWord)
            parser.Take();
        parser.Expect("<");
        CtfField tag = Find(TakePath());
        parser.Expect(">");
        parser.Expect("{");
        ImmutableArray<CtfField> options = ReadFields();
        return new CtfType(CtfTypeKind.Variant, 1) { Fields = options, Selector = tag, Nodes = Counted(options) };
    }
}
