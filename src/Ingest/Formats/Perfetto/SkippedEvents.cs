using System.Collections.Immutable;
using System.Text;

namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>How many events were met that play no part: by field number, or by name where the event itself carries one.</summary>
internal sealed class SkippedEvents
{
    // What a damaged trace can make up is counted together beyond this.
    private const int NamesMax = 4096;
    private const int NameBytesMax = 128;
    private const string Others = "others";

    private readonly Dictionary<int, long> _byField = [];
    private readonly Dictionary<string, long> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _names;

    public SkippedEvents() => _names = _byName.GetAlternateLookup<ReadOnlySpan<char>>();

    public void Count(int field, long events = 1)
    {
        if (_byField.Count < NamesMax || _byField.ContainsKey(field))
            _byField[field] = _byField.GetValueOrDefault(field) + events;
        else
            Count(Others, events);
    }

    /// <summary>Counts an event by its name's bytes, without making a text of it each time.</summary>
    public void Count(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[NameBytesMax];
        int length = Encoding.UTF8.GetChars(name[..Math.Min(name.Length, NameBytesMax)], text);
        Count(text[..length], 1);
    }

    public ImmutableSortedDictionary<string, long> ToNames(ShapeTable shapes)
    {
        SortedDictionary<string, long> names = new(StringComparer.Ordinal);
        foreach ((string name, long events) in _byName)
            names[name] = names.GetValueOrDefault(name) + events;
        foreach ((int field, long events) in _byField)
            names[shapes.NameOf(field)] = names.GetValueOrDefault(shapes.NameOf(field)) + events;
        return names.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Counts events by name.</summary>
    public void Count(ReadOnlySpan<char> name, long events)
    {
        if (_byName.Count >= NamesMax && !_names.ContainsKey(name))
            name = Others;
        _names.TryGetValue(name, out long before);
        _names[name] = before + events;
    }
}
