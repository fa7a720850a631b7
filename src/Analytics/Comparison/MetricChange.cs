namespace ForkTrace.Analytics.Comparison;

/// <summary>A figure that differs. Simulated figures are compared exactly: the same trace, plan and version give the same bits.</summary>
/// <param name="Cell">The cell, as the head has it.</param>
/// <param name="Metric">Column of the database.</param>
/// <param name="Base">Before; null where there was none.</param>
/// <param name="Head">After; null where there is none.</param>
public sealed record MetricChange(ComparedCell Cell, string Metric, double? Base, double? Head)
{
    /// <summary>Head less base; null where either is missing.</summary>
    public double? Difference => Head - Base;

    /// <summary>Difference over base; null where either is missing or base is 0.</summary>
    public double? Ratio => Base is null or 0 ? null : Difference / Math.Abs(Base.Value);
}
