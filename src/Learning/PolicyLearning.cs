using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Judging;

namespace ForkTrace.Learning;

/// <summary>Makes models of the policy <c>learned</c>, and judges how they are made.</summary>
/// <param name="corpus">The recordings.</param>
/// <param name="seed">Drives training and intervals: the same recordings and seed give the same model and the same figures.</param>
/// <param name="threads">Threads that may replay at a time; results do not depend on it.</param>
public sealed class PolicyLearning(ImmutableArray<CorpusRecording> corpus, ulong seed, int threads)
{
    /// <summary>Trains on all recordings: the model that hits most of those that hold no more memory on average.</summary>
    /// <param name="memory">The memory: 1 is what the kernel's own cache would have held.</param>
    public TrainedModel Train(double memory)
    {
        LearnedModel[] models = [.. PolicyTraining.Of(corpus, seed).OfTrees.DistinctBy(model => model.Id)];
        PolicyFamily family = PolicyFamily.OfModels("learned", models);
        Outcome[] outcomes = PolicyJudge.MeanOf(PolicyJudge.OutcomesOf(family, corpus, threads));
        int best = TunedPath.BestWithin(outcomes, memory);
        return new TrainedModel(models[best].ToString(), 1L << models[best].WindowShift, outcomes[best].Memory, outcomes[best].HitRate);
    }

    /// <summary>Judges policies with loads left out, then with machines left out.</summary>
    /// <param name="report">Told of each part that begins.</param>
    public ImmutableArray<PolicyVerdict> JudgePolicies(Action<string> report)
    {
        PolicyJudge judge = new(corpus, seed, threads);
        return [.. judge.Judge("loads", CorpusFold.ByLoad(corpus), report), .. judge.Judge("machines", CorpusFold.ByMachine(corpus), report)];
    }

    /// <summary>Judges forecasts with loads left out.</summary>
    /// <param name="report">Told of each part that begins.</param>
    public ImmutableArray<ForecastVerdict> JudgeForecasts(Action<string> report) => [.. ForecastJudge.Judge(CorpusFold.ByLoad(corpus), seed, report)];
}

/// <summary>A model of the policy <c>learned</c>.</summary>
/// <param name="Text">The content of its file.</param>
/// <param name="WindowNs">Length of its windows.</param>
/// <param name="Memory">What it held on average on the recordings that it was trained on, over what the kernel's own cache would have held.</param>
/// <param name="HitRate">Its mean hit rate on them, 0 to 1.</param>
public sealed record TrainedModel(string Text, long WindowNs, double Memory, double HitRate);
