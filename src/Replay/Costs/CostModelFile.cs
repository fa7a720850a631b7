using System.Security.Cryptography;
using System.Text.Json;

namespace ForkTrace.Replay.Costs;

/// <summary>
/// Reads a cost model's JSON: <c>name</c>, <c>summary</c>, <c>source</c> and <c>operations</c>, each operation with
/// <c>constant_ns</c> or <c>quantiles</c> (pairs of share and ns, from share 0 to share 1). The first three operations must be there;
/// the others cost nothing where they are not. <c>miss_contention</c>, if there, is pairs of misses under way and factor, the first
/// [0, 1]. Comments are allowed.
/// </summary>
public static class CostModelFile
{
    private static readonly (CostOperation Operation, string Name)[] s_operations =
    [
        (CostOperation.PageAllocation, "page_allocation"),
        (CostOperation.Vmalloc, "vmalloc"),
        (CostOperation.CacheHit, "cache_hit"),
        (CostOperation.Zeroing, "zeroing"),
        (CostOperation.MemcgCharge, "memcg_charge"),
        (CostOperation.CachedPut, "cached_put"),
        (CostOperation.Vfree, "vfree"),
        (CostOperation.PageFree, "page_free"),
        (CostOperation.RcuQueue, "rcu_queue"),
    ];

    private const int ContendersMax = 4096;

    /// <summary>Reads a model.</summary>
    /// <exception cref="PolicyException">The text is no cost model: says where and why.</exception>
    public static CostModel Parse(string json, string origin)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = document.RootElement;
            CostDistribution[] distributions = new CostDistribution[s_operations.Length];
            JsonElement operations = Member(root, "operations", origin);
            foreach (JsonProperty given in operations.EnumerateObject())
            {
                if (!Array.Exists(s_operations, known => known.Name == given.Name))
                    throw new PolicyException($"{origin}: '{given.Name}' is no operation; known are {Names}");
            }

            foreach ((CostOperation operation, string name) in s_operations)
            {
                bool isGiven = operations.TryGetProperty(name, out _);
                distributions[(int)operation] = isGiven || operation <= CostOperation.CacheHit
                    ? ParseDistribution(Member(operations, name, origin), $"{origin}: {name}")
                    : CostDistribution.Zero;
            }

            return new CostModel(
                Text(root, "name", origin),
                Text(root, "summary", origin),
                Text(root, "source", origin),
                distributions,
                root.TryGetProperty("miss_contention", out JsonElement contention) ? ParseContention(contention, origin) : null)
            {
                Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8)),
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new PolicyException($"{origin} is not a cost model: {fault.Message}");
        }
    }

    private static string Names => string.Join(", ", s_operations.Select(operation => operation.Name));

    private static JsonElement Member(JsonElement parent, string name, string origin) =>
        parent.TryGetProperty(name, out JsonElement member) ? member : throw new PolicyException($"{origin} has no '{name}'");

    private static string Text(JsonElement parent, string name, string origin) => Member(parent, name, origin).GetString() ?? "";

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
                throw new PolicyException($"{where}: a quantile is a pair [share, ns]");
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
                throw new PolicyException($"{origin}: a point of miss_contention is a pair [misses under way, factor]");
            points.Add((pair[0].GetInt32(), pair[1].GetDouble()));
            bool rises = points.Count == 1 || (points[^1].Misses > points[^2].Misses && points[^1].Factor >= points[^2].Factor);
            if (!rises || points[^1].Misses > ContendersMax || !double.IsFinite(points[^1].Factor))
                throw new PolicyException($"{origin}: miss_contention must rise, to {ContendersMax} misses at the most");
        }

        if (points.Count < 2 || points[0] != (0, 1.0))
            throw new PolicyException($"{origin}: miss_contention must begin with [0, 1] and have another point");
        return new MissContention(points);
    }

    private static double Duration(JsonElement element, string where)
    {
        double valueNs = element.GetDouble();
        return valueNs is >= 0 and <= 1e12 ? valueNs : throw new PolicyException($"{where}: {valueNs} ns is not between 0 and 1e12");
    }
}
