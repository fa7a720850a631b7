namespace ForkTrace.Analytics.Reports;

/// <summary>One row per operation of a cell: which share was observed in the recording.</summary>
internal sealed class FidelityReport : IReport
{
    public string Name => "fidelity";

    public string Summary => "One row per operation of a cell: how far the result rests on the recording, and the agreement to expect.";

    public string Select => """
        SELECT fidelity.trace, fidelity.policy, fidelity.parameters, fidelity.capacity, fidelity.cost_model, fidelity.seed, fidelity.grade,
            operation, observed, inferred, modelled, observed_share, expected_agreement_low_share, expected_agreement_high_share,
            fidelity.cell
        FROM fidelity
        JOIN summary ON summary.cell = fidelity.cell
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, operation";
}
