using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Judging;

namespace ForkTrace.Learning;

/// <summary>Makes models for the policy <c>learned</c>, and judges the method.</summary>
/// <param name="corpus">The recordings.</param>
/// <param name="seed">Seed of training and intervals: the same recordings and seed give the same model and the same figures.</param>
/// <param name="threads">Threads that may replay at a time; results do not depend on it.</param>
public sealed class PolicyLearning(ImmutableArray<CorpusRecording> corpus, ulong seed, int threads)
{
    /// <summary>Trains on all recordings. Of the models that hold no more than the memory on average, returns the one that hits most.</summary>
    /// <param name="memory">The memory: 1 is what the kernel's own cache would have held.</param>
    public TrainedModel Train(double memory)
    {
        ImmutableArray<LearnedModel> models = PolicyTraining.Of(corpus, seed).OfTrees;
        PolicyFamily family = PolicyFamily.OfModels("learned", models);
        Outcome[] outcomes = PolicyJudge.MeanOf(PolicyJudge.OutcomesOf(family, corpus, threads));
        int best = TunedPath.BestWithin(outcomes, memory);
        LearnedModel model = models.First(known => known.Id == family.Choices[best].Arguments["model"]);
        return new TrainedModel(
            model.ToString(), 1L << model.WindowShift, family.Choices[best].Arguments["capacity"], outcomes[best].Memory, outcomes[best].HitRate);
    }

    /// <summary>Judges policies, first with loads left out, then with machines left out.</summary>
    /// <param name="report">Called when a part begins.</param>
    public ImmutableArray<PolicyVerdict> JudgePolicies(Action<string> report)
    {
        PolicyJudge judge = new(corpus, seed, threads);
        return [.. judge.Judge("loads", CorpusFold.ByLoad(corpus), report), .. judge.Judge("machines", CorpusFold.ByMachine(corpus), report)];
    }

    /// <summary>Judges forecasts with loads left out.</summary>
    /// <param name="report">Called when a part begins.</param>
    public ImmutableArray<ForecastVerdict> JudgeForecasts(Action<string> report) => [.. ForecastJudge.Judge(CorpusFold.ByLoad(corpus), seed, report)];
}

/// <summary>A model for the policy <c>learned</c>.</summary>
/// <param name="Text">The content of its file.</param>
/// <param name="WindowNs">Length of its windows.</param>
/// <param name="Capacity">The parameter <c>capacity</c> that goes with it.</param>
/// <param name="Memory">Its mean memory on the training recordings, relative to the kernel's own cache.</param>
/// <param name="HitRate">Its mean hit rate on them, 0 to 1.</param>
public sealed record TrainedModel(string Text, long WindowNs, long Capacity, double Memory, double HitRate);
