using System.Security.Cryptography;
using System.Text.Json;

namespace ForkTrace.Replay.Costs;

/// <summary>
/// Reads a cost model's JSON: <c>name</c>, <c>summary</c>, <c>source</c>, and <c>operations</c>. Each member of <c>operations</c> is a
/// part: null, or an object with <c>constant_ns</c>, <c>quantiles</c> (pairs of share and ns, from share 0 to share 1) or <c>within</c>
/// (names of the parts whose prices include this one), and optionally <c>basis</c>, <c>interval_ns</c>, <c>source</c>, <c>machine</c>,
/// <c>kernels</c>. The model's own <c>machine</c> and <c>kernels</c> apply to parts that give none. The first three parts are required;
/// other missing parts are null. The two parts of <c>vmalloc</c> may be given instead of it. <c>miss_contention</c>, if present and not
/// null, is a list of pairs of misses under way and factor; the first is [0, 1]. Comments are allowed. In files of earlier versions all
/// prices count as assumed.
/// </summary>
public static class CostModelFile
{
    private const int ContendersMax = 4096;

    private static readonly string[] s_members =
        ["constant_ns", "quantiles", "within", "basis", "interval_ns", "source", "machine", "kernels"];

    /// <summary>Reads a model.</summary>
    /// <exception cref="PolicyException">The text is not a cost model. The message says where and why.</exception>
    public static CostModel Parse(string json, string origin) => Parse(json, origin, fingerprint: null);

    /// <summary>Reads a model whose fingerprint is not computed from its text.</summary>
    internal static CostModel Parse(string json, string origin, string? fingerprint)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = document.RootElement;
            ImmutableArray<CostPart> parts = ParseParts(root, origin);
            bool isContended = root.TryGetProperty("miss_contention", out JsonElement contention) && contention.ValueKind != JsonValueKind.Null;
            return new CostModel(
                Text(root, "name", origin),
                Text(root, "summary", origin),
                Text(root, "source", origin),
                parts,
                isContended ? ParseContention(contention, origin) : null)
            {
                Kernels = ParseKernels(root, origin),
                Fingerprint = fingerprint ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8)),
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new PolicyException($"{origin} is not a cost model: {fault.Message}");
        }
    }

    private static ImmutableArray<CostPart> ParseParts(JsonElement root, string origin)
    {
        JsonElement operations = Member(root, "operations", origin);
        CostPart?[] parts = new CostPart?[CostOperations.Count];
        foreach (JsonProperty given in operations.EnumerateObject())
        {
            CostOperation operation = CostOperations.Find(given.Name)
                ?? throw new PolicyException(
                    $"{origin}: '{given.Name}' is not an operation; known operations: {string.Join(", ", CostOperations.Names)}");
            parts[(int)operation] = ParsePart(operation, given.Value, root, $"{origin}: {given.Name}");
        }

        Compose(parts, origin);
        foreach (CostOperation required in new[] { CostOperation.PageAllocation, CostOperation.Vmalloc, CostOperation.CacheHit })
        {
            if (parts[(int)required] is null)
                throw new PolicyException($"{origin} has no '{CostOperations.Name(required)}'; use null if its price is unknown");
        }

        return [.. parts.Select((part, index) => part ?? new CostPart((CostOperation)index, null))];
    }

    // A miss is the sum of its parts. Its basis is the weaker one of the two.
    private static void Compose(CostPart?[] parts, string origin)
    {
        CostPart? area = parts[(int)CostOperation.VmallocArea];
        CostPart? pages = parts[(int)CostOperation.MapPages];
        if (area is null && pages is null)
        {
            parts[(int)CostOperation.VmallocArea] = new CostPart(CostOperation.VmallocArea, null) { Within = [CostOperation.Vmalloc] };
            parts[(int)CostOperation.MapPages] = new CostPart(CostOperation.MapPages, null) { Within = [CostOperation.Vmalloc] };
            return;
        }

        if (parts[(int)CostOperation.Vmalloc] is not null || area is null || pages is null)
            throw new PolicyException($"{origin}: 'vmalloc' is 'vmalloc_area' plus 'map_pages': give either 'vmalloc' or both parts");
        CostInterval? interval = area.IntervalNs is { } first && pages.IntervalNs is { } second
            ? new CostInterval(first.LowNs + second.LowNs, first.HighNs + second.HighNs)
            : null;
        parts[(int)CostOperation.Vmalloc] = area with
        {
            Operation = CostOperation.Vmalloc,
            Price = area.Price is null && pages.Price is null
                ? null
                : CostDistribution.Sum(area.Price ?? CostDistribution.Zero, pages.Price ?? CostDistribution.Zero),
            Basis = area.Basis == pages.Basis ? area.Basis : CostBasis.Assumed,
            IntervalNs = interval,
            Within = [],
            Source = area.Source == pages.Source ? area.Source : $"{area.Source}; {pages.Source}",
        };
    }

    private static CostPart ParsePart(CostOperation operation, JsonElement element, JsonElement root, string where)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return new CostPart(operation, null);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!s_members.Contains(member.Name))
                throw new PolicyException($"{where}: unknown member '{member.Name}'; known members: {string.Join(", ", s_members)}");
        }

        bool isWithin = element.TryGetProperty("within", out JsonElement within);
        return new CostPart(operation, isWithin ? null : ParseDistribution(element, where))
        {
            Within = isWithin ? [.. within.EnumerateArray().Select(name => Holder(name, operation, where))] : [],
            Basis = ParseBasis(element, where),
            IntervalNs = ParseInterval(element, where),
            Source = OptionalText(element, "source"),
            Machine = OptionalText(element, "machine") is { Length: > 0 } own ? own : OptionalText(root, "machine"),
            Kernels = ParseKernels(element, where) ?? ParseKernels(root, where),
        };
    }

    private static CostOperation Holder(JsonElement name, CostOperation part, string where) =>
        CostOperations.Find(name.GetString() ?? "") is { } found && found != part
            ? found
            : throw new PolicyException($"{where}: within names '{name}', which is not another operation");

    private static CostBasis ParseBasis(JsonElement element, string where)
    {
        if (!element.TryGetProperty("basis", out JsonElement given))
            return CostBasis.Assumed;
        foreach (CostBasis basis in Enum.GetValues<CostBasis>())
        {
            if (CostBases.Name(basis) == given.GetString())
                return basis;
        }

        throw new PolicyException($"{where}: basis is '{given}', but must be {string.Join(" or ", Enum.GetValues<CostBasis>().Select(CostBases.Name))}");
    }

    private static CostInterval? ParseInterval(JsonElement element, string where)
    {
        if (!element.TryGetProperty("interval_ns", out JsonElement ends) || ends.ValueKind == JsonValueKind.Null)
            return null;
        if (ends.GetArrayLength() != 2 || Duration(ends[0], where) > Duration(ends[1], where))
            throw new PolicyException($"{where}: interval_ns must be a pair [low, high] in ns");
        return new CostInterval(ends[0].GetDouble(), ends[1].GetDouble());
    }

    private static KernelRange? ParseKernels(JsonElement element, string where)
    {
        string text = OptionalText(element, "kernels");
        return text.Length == 0
            ? null
            : KernelRange.Parse(text) ?? throw new PolicyException($"{where}: kernels is '{text}', but must be a release or a range, such as 6.18 or 4.9-5.17");
    }

    private static JsonElement Member(JsonElement parent, string name, string origin) =>
        parent.TryGetProperty(name, out JsonElement member) ? member : throw new PolicyException($"{origin} has no '{name}'");

    private static string Text(JsonElement parent, string name, string origin) => Member(parent, name, origin).GetString() ?? "";

    private static string OptionalText(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement member) ? member.GetString() ?? "" : "";

    private static CostDistribution ParseDistribution(JsonElement element, string where)
    {
        if (element.TryGetProperty("constant_ns", out JsonElement constant))
            return new CostDistribution([0], [Duration(constant, where)]);
        JsonElement quantiles = Member(element, "quantiles", where);
        List<double> shares = [];
        List<double> valuesNs = [];
        foreach (JsonElement pair in quantiles.EnumerateArray())
        {
            if (pair.GetArrayLength() != 2)
                throw new PolicyException($"{where}: a quantile must be a pair [share, ns]");
            shares.Add(pair[0].GetDouble());
            valuesNs.Add(Duration(pair[1], where));
            if (shares.Count > 1 && (shares[^1] <= shares[^2] || valuesNs[^1] < valuesNs[^2]))
                throw new PolicyException($"{where}: shares must rise, and durations must not fall");
        }

        if (shares.Count < 2 || shares[0] != 0 || shares[^1] != 1)
            throw new PolicyException($"{where}: quantiles must begin at share 0 and end at share 1");
        return new CostDistribution([.. shares], [.. valuesNs]);
    }

    private static MissContention ParseContention(JsonElement element, string origin)
    {
        List<(int Misses, double Factor)> points = [];
        foreach (JsonElement pair in element.EnumerateArray())
        {
            if (pair.GetArrayLength() != 2)
                throw new PolicyException($"{origin}: a point of miss_contention must be a pair [misses under way, factor]");
            points.Add((pair[0].GetInt32(), pair[1].GetDouble()));
            bool rises = points.Count == 1 || (points[^1].Misses > points[^2].Misses && points[^1].Factor >= points[^2].Factor);
            if (!rises || points[^1].Misses > ContendersMax || !double.IsFinite(points[^1].Factor))
                throw new PolicyException($"{origin}: the points of miss_contention must rise, up to at most {ContendersMax} misses");
        }

        if (points.Count < 2 || points[0] != (0, 1.0))
            throw new PolicyException($"{origin}: miss_contention must begin with [0, 1] and have at least one more point");
        return new MissContention(points);
    }

    private static double Duration(JsonElement element, string where)
    {
        double valueNs = element.GetDouble();
        return valueNs is >= 0 and <= 1e12 ? valueNs : throw new PolicyException($"{where}: {valueNs} ns is not between 0 and 1e12");
    }
}
