using System.CommandLine.Completions;
using ForkTrace.Ingest.Formats;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Completion;

/// <summary>Completes options with the names of a catalogue. A catalogue is read only when a shell asks.</summary>
internal static class CatalogCompletions
{
    /// <summary>Offers the trace formats.</summary>
    public static void OfferFormats(this Option option) => option.CompletionSources.Add(_ =>
        FormatCatalog.All.Select(format => new CompletionItem(format.Descriptor.Name, detail: format.Descriptor.Summary)));

    /// <summary>Offers the policies of the catalogue, for a pattern of names.</summary>
    public static void OfferPolicies(this Option option) => option.CompletionSources.Add(_ => PolicyCatalog.All.Select(Name));

    /// <summary>Offers the policies of the catalogue and, after a colon, their parameters.</summary>
    public static void OfferPoliciesWithParameters(this Option option) => option.CompletionSources.Add(_ =>
        PolicyCatalog.All.SelectMany(policy => policy.Descriptor.Parameters
            .Select(parameter => new CompletionItem($"{policy.Descriptor.Name}:{parameter.Name}=", detail: parameter.Summary))
            .Prepend(Name(policy))));

    private static CompletionItem Name(PolicyEntry policy) => new(policy.Descriptor.Name, detail: policy.Descriptor.Summary);
}
