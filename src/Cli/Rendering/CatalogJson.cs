using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Ingest.Formats;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>list ... --json</c> says.</summary>
internal static class CatalogJson
{
    public static void WriteFormats(Utf8JsonWriter writer, ImmutableArray<ITraceFormat> formats)
    {
        Begin(writer, "formats");
        foreach (ITraceFormat format in formats)
        {
            writer.WriteStartObject();
            writer.WriteString("name", format.Descriptor.Name);
            writer.WriteString("summary", format.Descriptor.Summary);
            writer.WriteString("carries", format.Descriptor.Carries);
            writer.WriteString("cannot", format.Descriptor.Cannot);
            writer.WriteEndObject();
        }

        End(writer);
    }

    public static void WritePolicies(Utf8JsonWriter writer, ImmutableArray<PolicyEntry> policies)
    {
        Begin(writer, "policies");
        foreach (PolicyEntry policy in policies)
            WritePolicy(writer, policy.Descriptor, policy.Origin);
        End(writer);
    }

    public static void WriteCostModels(Utf8JsonWriter writer, ImmutableArray<CostModel> models)
    {
        Begin(writer, "cost_models");
        foreach (CostModel model in models)
        {
            writer.WriteStartObject();
            writer.WriteString("name", model.Name);
            writer.WriteString("summary", model.Summary);
            writer.WriteString("source", model.Source);
            writer.WriteBoolean("default", model.Name == CostModelCatalog.Default);
            writer.WriteEndObject();
        }

        End(writer);
    }

    private static void WritePolicy(Utf8JsonWriter writer, PolicyDescriptor policy, string origin)
    {
        writer.WriteStartObject();
        writer.WriteString("name", policy.Name);
        writer.WriteNumber("version", policy.Version);
        writer.WriteString("group", GroupName(policy.Group));
        writer.WriteString("summary", policy.Summary);
        writer.WriteString("source", policy.Source);
        writer.WriteBoolean("default", PolicyCatalog.Defaults.Contains(policy.Name));
        writer.WriteTextOrNull("plugin_sha256", origin);
        writer.WriteStartArray("uses");
        foreach (StackOperationKind use in policy.Uses)
            writer.WriteStringValue(EvidenceNames.Of(use));
        writer.WriteEndArray();
        writer.WriteStartArray("parameters");
        foreach (PolicyParameter parameter in policy.Parameters)
        {
            writer.WriteStartObject();
            writer.WriteString("name", parameter.Name);
            writer.WriteString("summary", parameter.Summary);
            writer.WriteString("unit", parameter.Unit);
            writer.WriteNumber("default", parameter.Default);
            writer.WriteNumber("min", parameter.Min);
            writer.WriteNumber("max", parameter.Max);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string GroupName(PolicyGroup group) => group switch
    {
        PolicyGroup.Release => "release",
        PolicyGroup.Story2016 => "2016",
        PolicyGroup.Bound => "bound",
        _ => "idea",
    };

    private static void Begin(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(name);
    }

    private static void End(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
