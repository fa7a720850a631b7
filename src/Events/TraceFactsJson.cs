using System.Text.Json;

namespace ForkTrace.Events;

/// <summary>
/// The facts as JSON, as stored in an event file. Members are read and written one by one: at program start, a serializer's metadata would
/// take longer than opening the events.
/// </summary>
public static class TraceFactsJson
{
    public static string Serialize(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
            Write(writer, facts);
        return Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length);
    }

    /// <summary>Reads facts. Missing members keep their defaults, unknown ones are ignored.</summary>
    /// <exception cref="JsonException">The text does not contain facts.</exception>
    public static TraceFacts Deserialize(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
        {
            throw new JsonException(fault.Message, fault);
        }
    }

    private static void Write(Utf8JsonWriter writer, TraceFacts facts)
    {
        writer.WriteStartObject();
        writer.WriteString("trace", facts.Trace);
        writer.WriteString("format", facts.Format);
        writer.WriteString("digest", facts.Digest);
        writer.WriteNumber("size_bytes", facts.SizeBytes);
        writer.WriteString("kernel", facts.Kernel);
        writer.WriteString("machine", facts.Machine);
        if (facts.Host.Length > 0)
            writer.WriteString("host", facts.Host);
        if (facts.KernelFacts != KernelFacts.Unknown)
        {
            writer.WritePropertyName("kernel_facts");
            KernelFactsJson.Write(writer, facts.KernelFacts);
        }

        writer.WriteString("clock", facts.Clock);
        writer.WriteString("clock_unit", facts.ClockUnit);
        if (facts.WallClockOffsetNs is { } offsetNs)
            writer.WriteNumber("wall_clock_offset_ns", offsetNs);
        writer.WriteNumber("cpus", facts.Cpus);
        writer.WriteStartArray("cpu_nodes");
        foreach (int node in facts.CpuNodes)
            writer.WriteNumberValue(node);
        writer.WriteEndArray();
        WriteCaches(writer, facts.CpuCaches);
        writer.WriteString("recorder", facts.Recorder);
        writer.WriteNumber("first_ns", facts.FirstNs);
        writer.WriteNumber("last_ns", facts.LastNs);
        writer.WriteNumber("events_total", facts.EventsTotal);
        writer.WriteNumber("events_stored", facts.EventsStored);
        WriteCounts(writer, "events_by_kind", facts.EventsByKind);
        WriteCounts(writer, "events_skipped", facts.EventsSkipped);
        writer.WriteNumber("lost", facts.Lost);
        WriteLosses(writer, facts.Losses);
        WriteIssues(writer, facts.Issues);
        if (facts.Filter.Length > 0)
        {
            writer.WriteString("filter", facts.Filter);
            writer.WriteNumber("events_cut", facts.EventsCut);
            writer.WriteNumber("tasks_cut", facts.TasksCut);
        }

        WriteCgroups(writer, facts.Cgroups);
        writer.WriteNumber("tasks", facts.Tasks);
        writer.WriteNumber("task_struct_bytes", facts.TaskStructBytes);
        writer.WriteEndObject();
    }

    private static void WriteCaches(Utf8JsonWriter writer, ImmutableArray<int> caches)
    {
        if (caches.IsDefaultOrEmpty)
            return;
        writer.WriteStartArray("cpu_caches");
        foreach (int cache in caches)
            writer.WriteNumberValue(cache);
        writer.WriteEndArray();
    }

    private static void WriteCgroups(Utf8JsonWriter writer, ImmutableArray<string> paths)
    {
        if (paths.IsDefaultOrEmpty)
            return;
        writer.WriteStartArray("cgroups");
        foreach (string path in paths)
            writer.WriteStringValue(path);
        writer.WriteEndArray();
    }

    private static void WriteCounts(Utf8JsonWriter writer, string name, ImmutableSortedDictionary<string, long> counts)
    {
        writer.WriteStartObject(name);
        foreach ((string key, long count) in counts)
            writer.WriteNumber(key, count);
        writer.WriteEndObject();
    }

    private static void WriteLosses(Utf8JsonWriter writer, ImmutableArray<LossInterval> losses)
    {
        writer.WriteStartArray("losses");
        foreach (LossInterval loss in losses)
        {
            writer.WriteStartObject();
            writer.WriteNumber("cpu", loss.Cpu);
            writer.WriteNumber("from_ns", loss.FromNs);
            writer.WriteNumber("to_ns", loss.ToNs);
            writer.WriteNumber("events", loss.Events);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteIssues(Utf8JsonWriter writer, ImmutableArray<ImportIssue> issues)
    {
        writer.WriteStartArray("issues");
        foreach (ImportIssue issue in issues)
        {
            writer.WriteStartObject();
            writer.WriteString("severity", SeverityNames.Of(issue.Severity));
            writer.WriteString("code", issue.Code);
            writer.WriteString("message", issue.Message);
            writer.WriteNumber("count", issue.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TraceFacts Read(JsonElement root) => new()
    {
        Trace = Text(root, "trace"),
        Format = root.GetProperty("format").GetString() ?? throw new JsonException("The format is null."),
        Digest = Text(root, "digest") is { Length: > 0 } digest ? digest : RecordingDigest.OfSha256(Text(root, "sha256")),
        SizeBytes = Number(root, "size_bytes"),
        Kernel = Text(root, "kernel"),
        Machine = Text(root, "machine"),
        Host = Text(root, "host"),
        KernelFacts = root.TryGetProperty("kernel_facts", out JsonElement kernel) ? KernelFactsJson.Read(kernel) : KernelFacts.Unknown,
        Clock = Text(root, "clock"),
        ClockUnit = Text(root, "clock_unit"),
        WallClockOffsetNs = root.TryGetProperty("wall_clock_offset_ns", out JsonElement offset) ? offset.GetInt64() : null,
        Cpus = Small(root, "cpus"),
        CpuNodes = [.. Items(root, "cpu_nodes").Select(node => node.GetInt32())],
        CpuCaches = [.. Items(root, "cpu_caches").Select(cache => cache.GetInt32())],
        Recorder = Text(root, "recorder"),
        FirstNs = Number(root, "first_ns"),
        LastNs = Number(root, "last_ns"),
        EventsTotal = Number(root, "events_total"),
        EventsStored = Number(root, "events_stored"),
        EventsByKind = Counts(root, "events_by_kind"),
        EventsSkipped = Counts(root, "events_skipped"),
        Lost = Number(root, "lost"),
        Losses =
        [
            .. Items(root, "losses").Select(loss =>
                new LossInterval(Small(loss, "cpu"), Number(loss, "from_ns"), Number(loss, "to_ns"), Number(loss, "events"))),
        ],
        Issues =
        [
            .. Items(root, "issues").Select(ReadIssue),
        ],
        Filter = Text(root, "filter"),
        EventsCut = Number(root, "events_cut"),
        TasksCut = Small(root, "tasks_cut"),
        Cgroups = [.. Items(root, "cgroups").Select(path => path.GetString() ?? "")],
        Tasks = Small(root, "tasks"),
        TaskStructBytes = Small(root, "task_struct_bytes"),
    };

    private static ImportIssue ReadIssue(JsonElement issue) => new(
        SeverityNames.Parse(Text(issue, "severity")), Text(issue, "code"), Text(issue, "message"), Number(issue, "count"));

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement text) ? text.GetString() ?? throw new JsonException($"'{name}' is null.") : "";

    private static long Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement number) ? number.GetInt64() : 0;

    private static int Small(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement number) ? number.GetInt32() : 0;

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement items) ? items.EnumerateArray() : default;

    private static ImmutableSortedDictionary<string, long> Counts(JsonElement parent, string name)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        if (parent.TryGetProperty(name, out JsonElement members))
        {
            foreach (JsonProperty member in members.EnumerateObject())
                counts[member.Name] = member.Value.GetInt64();
        }

        return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }
}
