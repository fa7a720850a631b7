using System.Globalization;
using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Cli.Rendering;

/// <summary>The agreement to be expected of a trace, in one line.</summary>
internal static class ExpectedAgreementText
{
    public static string Of(ExpectedAgreement expected, bool hasDataLoss)
    {
        IEnumerable<string> ranges = expected.Ranges.Select(range => string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * range.Low:0.0} to {100 * range.High:0.0} % {(range.Machine == "native" ? "natively" : range.Machine)}"));
        string loss = hasDataLoss ? "; less here, since events were lost" : "";
        string all = string.Join(", ", ranges);
        return $"to be expected from this evidence ({expected.Evidence}): {all} of forks told right (docs/fidelity.md){loss}";
    }
}
