using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>A recording to validate: in memory, or stretch by stretch if it is long.</summary>
internal sealed class ValidatedTrace(OpenedTrace trace) : IDisposable
{
    public TraceFacts Facts => trace.Facts;

    /// <summary>True if the recording has the events of a level.</summary>
    public bool Has(EvidenceLevel level) => !level.UsesCallbackTruth || CallbackTruth.IsIn(Facts);

    /// <summary>Validates policies at a level. Throws as <see cref="Validator"/>.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="level">The level.</param>
    /// <param name="conditions">The conditions of the replay.</param>
    /// <param name="step">Told how many events were read; may be null.</param>
    public ImmutableArray<ValidationResult> Validate(
        ImmutableArray<PolicySelection> policies, EvidenceLevel level, ReplayConditions conditions, WorkProgress.Step? step)
    {
        if (!trace.IsLong || level.UsesCallbackTruth)
        {
            EventTable events = trace.Whole($"evidence {level.Name} follows each callback");
            ImmutableArray<ValidationResult> results = [.. policies.Select(policy => Validator.Validate(events, policy, level, conditions))];
            step?.Add(events.Count);
            return results;
        }

        using EventStream recording = new WatchedStream(trace.Stream(), batch => step?.Add(batch.Count));
        return Validator.Validate(recording, policies, level, conditions);
    }

    /// <summary>Passes all events to disagreements that are shown.</summary>
    public void Show(IReadOnlyCollection<DisagreementText> cases)
    {
        if (!trace.IsLong)
        {
            foreach (DisagreementText one in cases)
                one.Add(trace.Whole(""));
        }
        else if (cases.Count > 0)
        {
            using EventStream recording = trace.Stream();
            while (recording.Next() is { } batch)
            {
                foreach (DisagreementText one in cases)
                    one.Add(batch);
            }
        }
    }

    public void Dispose() => trace.Dispose();
}
