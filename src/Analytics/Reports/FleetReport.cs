using ForkTrace.Analytics.Fleet;

namespace ForkTrace.Analytics.Reports;

/// <summary>One row per machine and policy, over all recordings of the machine: hit rate, headroom, best capacity, and whose forks missed most.</summary>
internal sealed class FleetReport : IReport
{
    public string Name => "fleet";

    public string Summary => "One row per machine and policy: hit rate, headroom, the capacity that is enough, the tasks that missed most.";

    public string Select => FleetQueries.Hosts;

    public string OrderBy => "host, is_own DESC, policy, parameters_else, cost_model, seed, conditions";

    public bool HasTraces => false;

    public bool HasCells => false;

    public (string Select, string OrderBy)? Folded =>
        (FleetQueries.OwnOf(FleetQueries.Hosts), "host, policy, parameters_else, cost_model, seed, conditions");

    public string Unfolded => "policy that is not the machine's own";
}
