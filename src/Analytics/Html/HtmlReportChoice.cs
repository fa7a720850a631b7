using System.Collections.Immutable;

namespace ForkTrace.Analytics.Html;

/// <summary>What of a database an HTML report shows.</summary>
public sealed record HtmlReportChoice
{
    /// <summary>Digests of the recordings to show; all where empty.</summary>
    public ImmutableArray<string> Traces { get; init; } = [];

    /// <summary>
    /// Cells to set side by side and to draw costs and time for. Where empty: one of each policy, at its default capacity if it was swept
    /// over more than three.
    /// </summary>
    public ImmutableArray<string> Cells { get; init; } = [];
}
