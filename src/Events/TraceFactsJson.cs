using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForkTrace.Events;

/// <summary>The facts as JSON: how they travel in an event file.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TraceFacts))]
public sealed partial class TraceFactsJson : JsonSerializerContext
{
    public static string Serialize(TraceFacts facts) => JsonSerializer.Serialize(facts, Default.TraceFacts);

    /// <exception cref="JsonException">The text does not hold facts.</exception>
    public static TraceFacts Deserialize(string json) =>
        JsonSerializer.Deserialize(json, Default.TraceFacts) ?? throw new JsonException("The facts are null.");
}
