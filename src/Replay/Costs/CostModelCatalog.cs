using System.Reflection;

namespace ForkTrace.Replay.Costs;

/// <summary>The cost models that ship with ForkTrace (the .json files of this folder), and those in files of the user.</summary>
public static class CostModelCatalog
{
    public const string Default = "lwn-2016";

    private const int BytesMax = 4 << 20;

    // Models whose text was extended without changing prices keep their old fingerprint, because older databases and baselines contain cell
    // ids based on it.
    private static readonly Dictionary<string, string> s_earlierFingerprints = new(StringComparer.Ordinal)
    {
        ["lwn-2016.json"] = "8f306d1673931342",
        ["native-6.18.json"] = "7ed9773baec3c117",
    };

    public static ImmutableArray<CostModel> All { get; } = Find();

    /// <summary>The shipped model of that name, else the model in the file of that path, relative to a folder.</summary>
    /// <exception cref="PolicyException">Neither exists, or the file is not a cost model.</exception>
    public static CostModel Load(string nameOrPath, string folder = "")
    {
        CostModel? shipped = All.FirstOrDefault(model => model.Name == nameOrPath);
        if (shipped is not null)
            return shipped;
        string path = Path.Combine(folder, nameOrPath);
        if (!File.Exists(path))
            throw new PolicyException(
                $"there is no cost model or file '{nameOrPath}'; shipped models: {string.Join(", ", All.Select(model => model.Name))}");
        return CostModelFile.Parse(SmallFile.ReadText(path, BytesMax), path);
    }

    private static string? FingerprintOf(string resource) =>
        s_earlierFingerprints.FirstOrDefault(model => resource.EndsWith(model.Key, StringComparison.Ordinal)).Value;

    private static ImmutableArray<CostModel> Find()
    {
        Assembly assembly = typeof(CostModelCatalog).Assembly;
        List<CostModel> models = [];
        foreach (string resource in assembly.GetManifestResourceNames())
        {
            if (!resource.EndsWith(".json", StringComparison.Ordinal))
                continue;
            using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
            models.Add(CostModelFile.Parse(reader.ReadToEnd(), resource, FingerprintOf(resource)));
        }

        return [.. models.OrderBy(model => model.Name, StringComparer.Ordinal)];
    }
}
