namespace ForkTrace.Analytics.Reports;

/// <summary>A row an operation of a cell: how far the result rests on the recording.</summary>
internal sealed class FidelityReport : IReport
{
    public string Name => "fidelity";

    public string Summary => "A row an operation of a cell: how far the result rests on the recording.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, grade, operation, observed, inferred, modelled, observed_share, cell
        FROM fidelity
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, operation";
}
