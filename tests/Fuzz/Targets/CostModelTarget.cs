using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.TestKit;

namespace ForkTrace.Fuzz.Targets;

/// <summary>A user's cost model.</summary>
internal sealed class CostModelTarget() : ConfigurationTarget("cost-model", typeof(PolicyException))
{
    public override IReadOnlyList<byte[]> Seeds()
    {
        string folder = Path.Combine(RepositoryFiles.Root, "src", "Replay", "Costs");
        return [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }

    protected override void Read(string path) => CostModelCatalog.Load(path);
}
