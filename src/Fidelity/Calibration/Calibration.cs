using System.Collections.Immutable;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>What a calibration found.</summary>
/// <param name="Kind">The kind of forks that the difference was measured on.</param>
/// <param name="DifferenceNs">By how much a miss is slower than a hit: pairs of share and ns, from share 0 to 1, not falling.</param>
/// <param name="Recordings">All that was measured, also what was not used.</param>
public sealed record Calibration(
    ForkKind Kind, ImmutableArray<(double Share, double Ns)> DifferenceNs, ImmutableArray<ForkDurations> Recordings)
{
    /// <summary>True if this kind in this recording went into the difference.</summary>
    public bool Uses(KindDurations durations)
    {
        ArgumentNullException.ThrowIfNull(durations);
        return durations.Kind == Kind && durations.IsEnough;
    }
}
