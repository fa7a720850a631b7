using ForkTrace.Ingest.Formats;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Cli.Commands;

/// <summary>What <c>list ...</c> says to a person: a name, then what there is to know of it.</summary>
internal static class CatalogText
{
    public static void WriteFormats(TextWriter text, ImmutableArray<ITraceFormat> formats)
    {
        foreach (FormatDescriptor format in formats.Select(format => format.Descriptor))
        {
            text.WriteLine(format.Name);
            text.WriteLine($"  {format.Summary}");
            text.WriteLine($"  Carries: {format.Carries}");
            text.WriteLine($"  Cannot: {format.Cannot}");
        }
    }

    public static void WritePolicies(TextWriter text, ImmutableArray<PolicyEntry> policies)
    {
        foreach (PolicyGroup group in Enum.GetValues<PolicyGroup>())
        {
            text.WriteLine(group switch
            {
                PolicyGroup.Release => "RELEASED KERNELS",
                PolicyGroup.Story2016 => "THE STORY OF 2016",
                PolicyGroup.Bound => "BOUNDS",
                _ => "IDEAS",
            });
            foreach (PolicyDescriptor policy in policies.Select(policy => policy.Descriptor).Where(policy => policy.Group == group))
                WritePolicy(text, policy);
        }
    }

    public static void WriteCostModels(TextWriter text, ImmutableArray<CostModel> models)
    {
        foreach (CostModel model in models)
        {
            text.WriteLine(model.Name == CostModelCatalog.Default ? $"{model.Name} (default)" : model.Name);
            text.WriteLine($"  {model.Summary}");
            text.WriteLine($"  Source: {model.Source}");
        }
    }

    private static void WritePolicy(TextWriter text, PolicyDescriptor policy)
    {
        text.WriteLine(PolicyCatalog.Defaults.Contains(policy.Name) ? $"{policy.Name} (default)" : policy.Name);
        text.WriteLine($"  {policy.Summary}");
        text.WriteLine($"  Source: {policy.Source}");
        foreach (PolicyParameter parameter in policy.Parameters)
        {
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {parameter.Name}={parameter.Default}  {parameter.Summary}, {parameter.Min} to {parameter.Max} {parameter.Unit}"));
        }
    }
}

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
