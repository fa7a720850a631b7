using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests.Validation;

/// <summary>A validation finds the same whether the recording is read at once or stretch by stretch.</summary>
public sealed class LongValidationTests
{
    private static readonly ImmutableArray<PolicySelection> s_policies =
        [PolicySelection.Parse("linux"), PolicySelection.Parse("linux-4.9"), PolicySelection.Parse("linux-5.18:capacity=1")];

    public static TheoryData<string, string> Recordings()
    {
        TheoryData<string, string> all = [];
        foreach (string name in new[] { "native-6.18/pthread.perf.data.zst", "native-6.18/fork.perf.data.zst", "vm-6.1/pthread.dat" })
        {
            foreach (EvidenceLevel level in EvidenceLevel.All.Where(level => !level.UsesCallbackTruth))
                all.Add(name, level.Name);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Stretch_by_stretch_it_is_the_same(string name, string levelName)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(name));
        EvidenceLevel level = EvidenceLevel.ByName(levelName)!;
        ValidationResult[] whole = [.. s_policies.Select(policy => Validator.Validate(events, policy, level))];
        Assert.Contains(whole, result => result.Disagreements.Length > 0);
        foreach (int batchRows in new[] { 777, 100_000 })
        {
            ImmutableArray<ValidationResult> found = Validator.Validate(
                new TableStream(events, batchRows), s_policies, level, lengths: new StretchLengths(20_000, 10_000, 20_000));
            Assert.Equal(whole.Select(Figures), found.Select(Figures));
            Assert.Equal(whole.SelectMany(result => result.Disagreements), found.SelectMany(result => result.Disagreements));
        }
    }

    [Fact]
    public void A_recording_without_the_kernels_answer_is_rejected()
    {
        using EventTable events = SyntheticTrace.Random(1, 200, 3);
        Assert.Throws<NoTruthException>(() => Validator.Validate(new TableStream(events, 100), s_policies, EvidenceLevel.Standard));
    }

    private static ValidationResult Figures(ValidationResult result) => result with { Disagreements = [] };
}
