using System.Text.Json.Serialization;
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
            text.WriteLine($"  Kernels: {model.Kernels?.ToString() ?? "not said"}; prices: {model.Basis}");
            foreach (CostPart part in model.Parts)
                text.WriteLine($"  {part.Name,-16}{Price(part)}");
        }
    }

    private static string Price(CostPart part)
    {
        if (part.Price is not { } price)
            return part.Within.IsEmpty ? "not known" : $"within {string.Join(", ", part.Within.Select(CostOperations.Name))}";
        string interval = part.IntervalNs is { } ends
            ? $", interval {Readable.Duration(ends.LowNs)} to {Readable.Duration(ends.HighNs)}"
            : "";
        string source = part.Source.Length == 0 ? "" : $": {part.Source}";
        return $"{Readable.Duration(price.QuantileNs(0.5))} (median), {part.Basis.ToString().ToLowerInvariant()}{interval}{source}";
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
        [.. models.Select(CostModelDocument.Of)]);
}

internal sealed record CostModelDocument(
    string Name, string Summary, string Source, bool Default, string? Kernels, string Basis, CostPartDocument[] Parts)
{
    public static CostModelDocument Of(CostModel model) => new(
        model.Name,
        model.Summary,
        model.Source,
        model.Name == CostModelCatalog.Default,
        model.Kernels?.ToString(),
        model.Basis,
        [.. model.Parts.Select(CostPartDocument.Of)]);
}

/// <summary>A part of a cost model; the median alone, which is null, where its price is not known.</summary>
internal sealed record CostPartDocument(
    string Part,
    double? MedianNs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? MeanNs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LowNs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? HighNs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Within,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Basis,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Machine,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kernels,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Source)
{
    public static CostPartDocument Of(CostPart part) => new(
        part.Name,
        part.Price?.QuantileNs(0.5),
        part.Price?.MeanNs,
        part.IntervalNs?.LowNs,
        part.IntervalNs?.HighNs,
        part.Within.IsEmpty ? null : [.. part.Within.Select(CostOperations.Name)],
        part.IsKnown ? part.Basis.ToString().ToLowerInvariant() : null,
        JsonOutput.Known(part.Machine),
        part.Kernels?.ToString(),
        JsonOutput.Known(part.Source));
}
