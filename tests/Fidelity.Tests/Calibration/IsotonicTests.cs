using ForkTrace.Fidelity.Calibration;

namespace ForkTrace.Fidelity.Tests;

public sealed class IsotonicTests
{
    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2, 3 })]
    [InlineData(new double[] { 3, 2, 1 }, new double[] { 2, 2, 2 })]
    [InlineData(new double[] { 1, 4, 2, 5 }, new double[] { 1, 3, 3, 5 })]
    [InlineData(new double[] { 5, 1, 1, 9 }, new double[] { 7.0 / 3, 7.0 / 3, 7.0 / 3, 9 })]
    public void Falling_stretches_become_their_mean(double[] values, double[] expected)
    {
        double[] levelled = Calibrator.Isotonic(values);
        Assert.Equal(expected.Length, levelled.Length);
        for (int index = 0; index < expected.Length; index++)
            Assert.Equal(expected[index], levelled[index], 1e-12);
    }
}
