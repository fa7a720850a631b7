using System.Numerics;
using System.Text.Json;

namespace ForkTrace.Events;

/// <summary>
/// <see cref="KernelFacts"/> as JSON: the file next to a recording, and the member <c>kernel_facts</c> of <see cref="TraceFacts"/>. Unknown
/// values are left out or null.
/// </summary>
public static class KernelFactsJson
{
    private const int PageBytesMin = 4096;
    private const int SizeBytesMax = 1 << 20;
    private const int HzMax = 10_000;
    private const int TextMax = 8192;
    private const int NodesMax = 1024;
    private const int CountersMax = 64;

    /// <summary>Reads facts; unknown members are ignored.</summary>
    /// <exception cref="JsonException">The text is not a JSON object, or a value is impossible for a kernel. The message names
    /// it.</exception>
    public static KernelFacts Parse(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        try
        {
            return Read(document.RootElement);
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("it contains a name or a text that is not valid Unicode.", fault);
        }
    }

    /// <summary>The facts in the form that <see cref="Parse"/> reads.</summary>
    public static string Serialize(KernelFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
            Write(writer, facts);
        return Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length);
    }

    internal static KernelFacts Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException($"it is {root.ValueKind}, but must be an object.");
        return new KernelFacts
        {
            Release = Text(root, "release"),
            Machine = Text(root, "machine"),
            Host = Text(root, "host"),
            VmapStack = Flag(root, "vmap_stack"),
            ThreadInfoInTask = Flag(root, "thread_info_in_task"),
            PreemptRt = Flag(root, "preempt_rt"),
            Hz = Number(root, "hz", 1, HzMax),
            RcuNocbCpu = Flag(root, "rcu_nocb_cpu"),
            RcuLazy = Flag(root, "rcu_lazy"),
            Kasan = Flag(root, "kasan"),
            Memcg = Flag(root, "memcg"),
            PageBytes = Size(root, "page_bytes"),
            StackBytes = Size(root, "stack_bytes"),
            StackAlignBytes = Size(root, "stack_align_bytes"),
            CommandLine = Text(root, "command_line"),
            MemorylessNodes = Nodes(root),
            KstackBefore = Counters(root, "kstack_before"),
            KstackAfter = Counters(root, "kstack_after"),
        };
    }

    internal static void Write(Utf8JsonWriter writer, KernelFacts facts)
    {
        writer.WriteStartObject();
        WriteText(writer, "release", facts.Release);
        WriteText(writer, "machine", facts.Machine);
        WriteText(writer, "host", facts.Host);
        WriteFlag(writer, "vmap_stack", facts.VmapStack);
        WriteFlag(writer, "thread_info_in_task", facts.ThreadInfoInTask);
        WriteFlag(writer, "preempt_rt", facts.PreemptRt);
        WriteNumber(writer, "hz", facts.Hz);
        WriteFlag(writer, "rcu_nocb_cpu", facts.RcuNocbCpu);
        WriteFlag(writer, "rcu_lazy", facts.RcuLazy);
        WriteFlag(writer, "kasan", facts.Kasan);
        WriteFlag(writer, "memcg", facts.Memcg);
        WriteNumber(writer, "page_bytes", facts.PageBytes);
        WriteNumber(writer, "stack_bytes", facts.StackBytes);
        WriteNumber(writer, "stack_align_bytes", facts.StackAlignBytes);
        WriteText(writer, "command_line", facts.CommandLine);
        if (facts.MemorylessNodes is { } nodes)
        {
            writer.WriteStartArray("memoryless_nodes");
            foreach (int node in nodes)
                writer.WriteNumberValue(node);
            writer.WriteEndArray();
        }

        WriteCounters(writer, "kstack_before", facts.KstackBefore);
        WriteCounters(writer, "kstack_after", facts.KstackAfter);
        writer.WriteEndObject();
    }

    private static JsonElement? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static bool? Flag(JsonElement root, string name) => Member(root, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Bad(name, "true, false or null"),
    };

    private static int? Number(JsonElement root, string name, int min, int max) => Member(root, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } member when member.TryGetInt32(out int number) && number >= min && number <= max => number,
        _ => throw Bad(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}, or null")),
    };

    private static int? Size(JsonElement root, string name) =>
        Number(root, name, PageBytesMin, SizeBytesMax) is { } size
            ? BitOperations.IsPow2(size) ? size : throw Bad(name, "a power of two")
            : null;

    private static string? Text(JsonElement root, string name) => Member(root, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } member when member.GetString() is { Length: <= TextMax } text => text,
        _ => throw Bad(name, string.Create(CultureInfo.InvariantCulture, $"a text of up to {TextMax} characters, or null")),
    };

    private static ImmutableArray<int>? Nodes(JsonElement root)
    {
        if (Member(root, "memoryless_nodes") is not { } nodes)
            return null;
        if (nodes.ValueKind != JsonValueKind.Array || nodes.GetArrayLength() > NodesMax)
            throw Bad("memoryless_nodes", string.Create(CultureInfo.InvariantCulture, $"an array of up to {NodesMax} node numbers"));
        return
        [
            .. nodes.EnumerateArray().Select(node => node.ValueKind == JsonValueKind.Number && node.TryGetUInt16(out ushort number)
                ? number
                : throw Bad("memoryless_nodes", "an array of node numbers")),
        ];
    }

    private static ImmutableSortedDictionary<string, long>? Counters(JsonElement root, string name)
    {
        if (Member(root, name) is not { } counters)
            return null;
        if (counters.ValueKind != JsonValueKind.Object || counters.EnumerateObject().Count() > CountersMax)
            throw Bad(name, string.Create(CultureInfo.InvariantCulture, $"an object of up to {CountersMax} counters"));
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (JsonProperty counter in counters.EnumerateObject())
        {
            bool isCount = counter.Value.ValueKind == JsonValueKind.Number && counter.Value.TryGetInt64(out long count) && count >= 0;
            counts[counter.Name] = isCount ? counter.Value.GetInt64() : throw Bad(name, "an object of counters that are 0 or more");
        }

        return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static JsonException Bad(string name, string allowed) => new($"'{name}' must be {allowed}.");

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, text);
    }

    private static void WriteFlag(Utf8JsonWriter writer, string name, bool? flag)
    {
        if (flag is { } known)
            writer.WriteBoolean(name, known);
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, int? number)
    {
        if (number is { } known)
            writer.WriteNumber(name, known);
    }

    private static void WriteCounters(Utf8JsonWriter writer, string name, ImmutableSortedDictionary<string, long>? counters)
    {
        if (counters is null)
            return;
        writer.WriteStartObject(name);
        foreach ((string counter, long count) in counters)
            writer.WriteNumber(counter, count);
        writer.WriteEndObject();
    }
}
