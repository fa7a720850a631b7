using System.Collections.Immutable;
using ForkTrace.Ingest.Formats;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>list formats --json</c> says.</summary>
internal sealed record FormatsDocument(FormatDocument[] Formats)
{
    public static FormatsDocument Of(ImmutableArray<ITraceFormat> formats) => new(
        [.. formats.Select(format => format.Descriptor).Select(known => new FormatDocument(known.Name, known.Summary, known.Carries, known.Cannot))]);
}

internal sealed record FormatDocument(string Name, string Summary, string Carries, string Cannot);

/// <summary>What <c>list policies --json</c> says.</summary>
internal sealed record PoliciesDocument(PolicyDocument[] Policies)
{
    public static PoliciesDocument Of(ImmutableArray<PolicyEntry> policies) => new([.. policies.Select(PolicyDocument.Of)]);
}

internal sealed record PolicyDocument(
    string Name, int Version, string Group, string Summary, string Source, bool Default, string? PluginSha256, string[] Uses,
    PolicyParameter[] Parameters)
{
    public static PolicyDocument Of(PolicyEntry entry)
    {
        PolicyDescriptor policy = entry.Descriptor;
        return new PolicyDocument(
            policy.Name,
            policy.Version,
            GroupName(policy.Group),
            policy.Summary,
            policy.Source,
            PolicyCatalog.Defaults.Contains(policy.Name),
            JsonOutput.Known(entry.Origin),
            [.. policy.Uses.Select(EvidenceNames.Of)],
            [.. policy.Parameters]);
    }

    private static string GroupName(PolicyGroup group) => group switch
    {
        PolicyGroup.Release => "release",
        PolicyGroup.Story2016 => "2016",
        PolicyGroup.Bound => "bound",
        _ => "idea",
    };
}

/// <summary>What <c>list cost-models --json</c> says.</summary>
internal sealed record CostModelsDocument(CostModelDocument[] CostModels)
{
    public static CostModelsDocument Of(ImmutableArray<CostModel> models) => new(
        [.. models.Select(model => new CostModelDocument(model.Name, model.Summary, model.Source, model.Name == CostModelCatalog.Default))]);
}

internal sealed record CostModelDocument(string Name, string Summary, string Source, bool Default);
