using System.Text.Json;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Replay.Costs;

/// <summary>
/// Reads a cost model's JSON: <c>name</c>, <c>summary</c>, <c>source</c> and <c>operations</c>, each operation with
/// <c>constant_ns</c> or <c>quantiles</c> (pairs of share and ns, from share 0 to share 1). Comments are allowed.
/// </summary>
public static class CostModelFile
{
    private static readonly (CostOperation Operation, string Name)[] s_operations =
    [
        (CostOperation.PageAllocation, "page_allocation"),
        (CostOperation.Vmalloc, "vmalloc"),
        (CostOperation.CacheHit, "cache_hit"),
    ];

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
                distributions[(int)operation] = ParseDistribution(Member(operations, name, origin), $"{origin}: {name}");
            return new CostModel(Text(root, "name", origin), Text(root, "summary", origin), Text(root, "source", origin), distributions);
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

    private static double Duration(JsonElement element, string where)
    {
        double valueNs = element.GetDouble();
        return valueNs is >= 0 and <= 1e12 ? valueNs : throw new PolicyException($"{where}: {valueNs} ns is not between 0 and 1e12");
    }
}
