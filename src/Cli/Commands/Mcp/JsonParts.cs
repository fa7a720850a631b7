using System.Text.Json;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Cuts a JSON document into parts. Each part is JSON again and says where it belongs: <c>at</c> is a JSON pointer (RFC 6901). If it points to
/// an object, the part holds members of it. If it points to an array or a text, the part holds the elements or the characters (UTF-16) that
/// begin at index <c>from</c>. A document that fits in one part is not cut.
/// </summary>
internal sealed class JsonParts
{
    private const int PlaceBytesMax = 600;
    private readonly List<byte[]> _parts = [];
    private readonly int _valueBytesMax;

    private JsonParts(int partBytesMax) => _valueBytesMax = partBytesMax - PlaceBytesMax;

    /// <summary>The parts in order. The maximum size of a part in bytes must be at least 1,024.</summary>
    public static IReadOnlyList<byte[]> Of(JsonElement document, int partBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partBytesMax, 1024);
        JsonParts parts = new(partBytesMax);
        parts.Add("", document);
        return parts._parts;
    }

    private void Add(string at, JsonElement value)
    {
        byte[] whole = JsonOutput.ToBytes(value.WriteTo);
        if (whole.Length <= _valueBytesMax)
            Write(at, from: null, whole);
        else if (value.ValueKind == JsonValueKind.Object)
            AddMembers(at, value);
        else if (value.ValueKind == JsonValueKind.Array)
            AddElements(at, value);
        else
            AddText(at, value.ToString());
    }

    private void AddMembers(string at, JsonElement value)
    {
        List<(JsonProperty Member, int Bytes)> run = [];
        foreach (JsonProperty member in value.EnumerateObject())
        {
            int bytes = JsonOutput.ToBytes(json => WriteMembers(json, [(member, 0)])).Length;
            if (run.Sum(other => other.Bytes) + bytes > _valueBytesMax)
                Flush();
            if (bytes <= _valueBytesMax)
                run.Add((member, bytes));
            else
                Add($"{at}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", member.Value);
        }

        Flush();

        void Flush()
        {
            if (run.Count > 0)
                Write(at, from: null, JsonOutput.ToBytes(json => WriteMembers(json, run)));
            run.Clear();
        }
    }

    private void AddElements(string at, JsonElement value)
    {
        List<byte[]> run = [];
        int next = 0;
        foreach (JsonElement element in value.EnumerateArray())
        {
            byte[] bytes = JsonOutput.ToBytes(element.WriteTo);
            if (run.Sum(other => other.Length + 1) + bytes.Length + 2 > _valueBytesMax)
                Flush();
            if (bytes.Length + 2 <= _valueBytesMax)
                run.Add(bytes);
            else
                Add(string.Create(CultureInfo.InvariantCulture, $"{at}/{next}"), element);
            next++;
        }

        Flush();

        void Flush()
        {
            if (run.Count > 0)
                Write(at, next - run.Count, [(byte)'[', .. run.SelectMany((bytes, index) => index > 0 ? [(byte)',', .. bytes] : bytes), (byte)']']);
            run.Clear();
        }
    }

    // A character takes at most 12 bytes (a pair as two escapes).
    private void AddText(string at, string text)
    {
        for (int from = 0, length; from < text.Length; from += length)
        {
            length = Math.Min(text.Length - from, _valueBytesMax / 12);
            if (from + length < text.Length && char.IsHighSurrogate(text[from + length - 1]))
                length--;
            string piece = text.Substring(from, length);
            Write(at, from, JsonOutput.ToBytes(json => json.WriteStringValue(piece)));
        }
    }

    private void Write(string at, int? from, byte[] value) => _parts.Add(JsonOutput.ToBytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("at", Shortened(at));
        if (from is { } start)
            json.WriteNumber("from", start);
        json.WritePropertyName("value");
        json.WriteRawValue(value, skipInputValidation: true);
        json.WriteEndObject();
    }));

    private static void WriteMembers(Utf8JsonWriter json, List<(JsonProperty Member, int Bytes)> members)
    {
        json.WriteStartObject();
        foreach ((JsonProperty member, _) in members)
            member.WriteTo(json);
        json.WriteEndObject();
    }

    // Only names of hostile length are cut.
    private static string Shortened(string at)
    {
        const int CharactersMax = PlaceBytesMax / 12 - 5;
        return at.Length <= CharactersMax ? at : $"{at[..(CharactersMax - 3)]}...";
    }
}
