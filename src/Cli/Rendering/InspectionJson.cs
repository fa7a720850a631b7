using System.Text.Json.Serialization;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>inspect --json</c> says.</summary>
internal sealed record InspectionDocument : FactsDocument
{
    public InspectionDocument(TraceInspection inspection)
        : base(inspection.Facts, inspection.Evidence)
    {
        LifetimeSummary lifetimes = inspection.Lifetimes;
        bool isKnown = lifetimes.Tasks > 0;
        Forks = inspection.Forks;
        ForksPerSecond = inspection.ForksPerSecond;
        LifetimeNs = new LifetimeDocument(lifetimes.Tasks, isKnown ? lifetimes.P50Ns : null, isKnown ? lifetimes.P99Ns : null);
        Record = inspection.Record;
    }

    [JsonPropertyOrder(1)]
    public long Forks { get; }

    [JsonPropertyOrder(1)]
    public double? ForksPerSecond { get; }

    [JsonPropertyOrder(1)]
    public LifetimeDocument LifetimeNs { get; }

    [JsonPropertyOrder(1)]
    public RecordCommand? Record { get; }
}

internal sealed record LifetimeDocument(long Tasks, long? P50, long? P99);
