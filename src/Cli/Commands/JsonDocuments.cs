using System.Text.Json.Serialization;

namespace ForkTrace.Cli.Commands;

/// <summary>The shapes of docs/json.md: each is a record, written by generated code, without reflection.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClusteringDocument))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSerializable(typeof(ConformanceDocument))]
[JsonSerializable(typeof(CostModelsDocument))]
[JsonSerializable(typeof(FleetDocument))]
[JsonSerializable(typeof(FormatsDocument))]
[JsonSerializable(typeof(IngestDocument))]
[JsonSerializable(typeof(InspectionDocument))]
[JsonSerializable(typeof(LearnedPolicyDocument))]
[JsonSerializable(typeof(PageDocument))]
[JsonSerializable(typeof(PoliciesDocument))]
[JsonSerializable(typeof(RecordingDocument))]
[JsonSerializable(typeof(RepeatedComparisonDocument))]
[JsonSerializable(typeof(RepeatsDocument))]
[JsonSerializable(typeof(ResultsDocument))]
[JsonSerializable(typeof(ValidationDocument))]
internal sealed partial class JsonDocuments : JsonSerializerContext;
