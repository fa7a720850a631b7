using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>A recording to validate: in memory, or stretch by stretch if it is long.</summary>
internal sealed class ValidatedTrace : IDisposable
{
    private readonly LongTrace? _file;
    private EventTable? _events;

    private ValidatedTrace(EventTable events)
    {
        _events = events;
        Facts = events.Facts;
    }

    private ValidatedTrace(LongTrace file)
    {
        _file = file;
        Facts = file.Facts;
    }

    /// <summary>Opens a recording. Throws as <see cref="TraceOptions.Open"/>.</summary>
    public static ValidatedTrace Open(TraceOptions trace, ParseResult parsed, string path)
    {
        (EventTable? inMemory, LongTrace? file) = trace.Open(parsed, path);
        if (file is null)
            return new ValidatedTrace(inMemory!);
        if (file.IsLong)
            return new ValidatedTrace(file);
        using (file)
            return new ValidatedTrace(file.Whole());
    }

    public TraceFacts Facts { get; }

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
        if (_events is null && level.UsesCallbackTruth)
        {
            Terminal.Note($"forktrace: evidence {level.Name} follows each callback: all of {Facts.Trace} is read into memory");
            _events = _file!.Whole();
        }

        if (_events is { } events)
        {
            ImmutableArray<ValidationResult> results = [.. policies.Select(policy => Validator.Validate(events, policy, level, conditions))];
            step?.Add(events.Count);
            return results;
        }

        using EventStream recording = new WatchedStream(_file!.Stream(), batch => step?.Add(batch.Count));
        return Validator.Validate(recording, policies, level, conditions);
    }

    /// <summary>Passes all events to disagreements that are shown.</summary>
    public void Show(IReadOnlyCollection<DisagreementText> cases)
    {
        if (_events is not null)
        {
            foreach (DisagreementText one in cases)
                one.Add(_events);
        }
        else if (cases.Count > 0)
        {
            using EventStream recording = _file!.Stream();
            while (recording.Next() is { } batch)
            {
                foreach (DisagreementText one in cases)
                    one.Add(batch);
            }
        }
    }

    public void Dispose()
    {
        _events?.Dispose();
        _file?.Dispose();
    }
}
