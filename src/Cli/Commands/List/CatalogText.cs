using System.Text.Json.Serialization;
using ForkTrace.Ingest.Formats;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Cli.Commands;

/// <summary>The text output of <c>list ...</c>: each name, and below it the details.</summary>
internal static class CatalogText
{
    public static void WriteFormats(Terminal terminal, ImmutableArray<ITraceFormat> formats)
    {
        foreach (FormatDescriptor format in formats.Select(format => format.Descriptor))
        {
            terminal.Out.WriteLine(format.Name);
            terminal.WriteWrapped($"  {format.Summary}", indent: 4);
            terminal.WriteWrapped($"  Carries: {format.Carries}", indent: 4);
            terminal.WriteWrapped($"  Cannot: {format.Cannot}", indent: 4);
        }
    }

    public static void WritePolicies(Terminal terminal, ImmutableArray<PolicyEntry> policies)
    {
        foreach (PolicyGroup group in Enum.GetValues<PolicyGroup>())
        {
            terminal.Out.WriteLine(group switch
            {
                PolicyGroup.Release => "RELEASED KERNELS",
                PolicyGroup.Story2016 => "THE STORY OF 2016",
                PolicyGroup.Bound => "BOUNDS",
                _ => "IDEAS",
            });
            foreach (PolicyDescriptor policy in policies.Select(policy => policy.Descriptor).Where(policy => policy.Group == group))
                WritePolicy(terminal, policy);
        }
    }

    public static void WriteCostModels(Terminal terminal, ImmutableArray<CostModel> models)
    {
        foreach (CostModel model in models)
        {
            terminal.Out.WriteLine(model.Name == CostModelCatalog.Default ? $"{model.Name} (default)" : model.Name);
            terminal.WriteWrapped($"  {model.Summary}", indent: 4);
            terminal.WriteWrapped($"  Source: {model.Source}", indent: 4);
            terminal.WriteWrapped($"  Kernels: {model.Kernels?.ToString() ?? "not said"}; prices: {model.Basis}", indent: 4);
            foreach (CostPart part in model.Parts)
                terminal.WriteWrapped($"  {part.Name,-16}{Price(part)}", indent: 4);
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

    private static void WritePolicy(Terminal terminal, PolicyDescriptor policy)
    {
        terminal.Out.WriteLine(PolicyCatalog.Defaults.Contains(policy.Name) ? $"{policy.Name} (default)" : policy.Name);
        terminal.WriteWrapped($"  {policy.Summary}", indent: 4);
        terminal.WriteWrapped($"  Source: {policy.Source}", indent: 4);
        foreach (PolicyParameter parameter in policy.Parameters)
        {
            terminal.WriteWrapped(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {parameter.Name}={parameter.Default}  {parameter.Summary}, {parameter.Min} to {parameter.Max} {parameter.Unit}"),
                indent: 4);
        }
    }
}

/// <summary>The output of <c>list formats --json</c>.</summary>
internal sealed record FormatsDocument(FormatDocument[] Formats)
{
    public static FormatsDocument Of(ImmutableArray<ITraceFormat> formats) => new(
        [.. formats.Select(format => format.Descriptor).Select(known => new FormatDocument(known.Name, known.Summary, known.Carries, known.Cannot))]);
}

internal sealed record FormatDocument(string Name, string Summary, string Carries, string Cannot);

/// <summary>The output of <c>list policies --json</c>.</summary>
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

/// <summary>The output of <c>list cost-models --json</c>.</summary>
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

/// <summary>A part of a cost model. If its price is unknown, only the median is given, and it is null.</summary>
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
