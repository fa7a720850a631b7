using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using ForkTrace.TestKit;

namespace ForkTrace.Fuzz.Targets;

/// <summary>A model of the policy <c>learned</c>.</summary>
internal sealed class LearnedModelTarget() : ConfigurationTarget("learned-model", typeof(PolicyException))
{
    public override IReadOnlyList<byte[]> Seeds() =>
        [File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "src", "Replay", "Policies", "learned.model"))];

    protected override void Read(string path) => PolicySelection.Parse($"learned:model={path}");
}
