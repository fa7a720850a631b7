using ForkTrace.Cli.Commands;
using ForkTrace.Events;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The events shown around a disagreement are the same whether the recording is in memory or read in batches.</summary>
public sealed class DisagreementTextTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(5000)]
    public void Batches_show_the_same_events(int batchRows)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("vm-6.1/pthread.dat"));
        ValidationResult result = Validator.Validate(events, PolicySelection.Parse("linux"), EvidenceLevel.Standard);
        DisagreementText[] whole = [.. DisagreementText.Of(result, 3)];
        DisagreementText[] batched = [.. DisagreementText.Of(result, 3)];
        Assert.Equal(3, whole.Length);
        foreach (DisagreementText one in whole)
            one.Add(events);
        using TableStream stream = new(events, batchRows);
        while (stream.Next() is { } batch)
        {
            foreach (DisagreementText one in batched)
                one.Add(batch);
        }

        Assert.Equal(whole.SelectMany(one => one.Lines), batched.SelectMany(one => one.Lines));
        Assert.All(whole, one => Assert.Contains(one.Lines, line => line.StartsWith('>')));
    }
}
