using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace ForkTrace.Arrow.Schema;

/// <summary>Custom key and value texts of a schema or a field, in order. A key may occur twice; look-ups give the first.</summary>
public sealed class ArrowMetadata : IReadOnlyList<KeyValuePair<string, string>>
{
    private readonly KeyValuePair<string, string>[] _entries;

    public ArrowMetadata(params IEnumerable<KeyValuePair<string, string>> entries) => _entries = [.. entries];

    public static ArrowMetadata Empty { get; } = new([]);

    public int Count => _entries.Length;

    public KeyValuePair<string, string> this[int index] => _entries[index];

    /// <summary>The value of a key, or null if the key is not there.</summary>
    public string? this[string key] => TryGet(key, out string? value) ? value : null;

    public bool TryGet(string key, [NotNullWhen(true)] out string? value)
    {
        foreach ((string name, string text) in _entries)
        {
            if (name == key)
            {
                value = text;
                return true;
            }
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();
}
