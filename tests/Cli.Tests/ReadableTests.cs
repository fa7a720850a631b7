using ForkTrace.Cli.Rendering;

namespace ForkTrace.Cli.Tests;

public sealed class ReadableTests
{
    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(999.4, "999 ns")]
    [InlineData(999.6, "1.00 us")]
    [InlineData(1_500, "1.50 us")]
    [InlineData(12_345, "12.3 us")]
    [InlineData(999_499, "999.5 us")]
    [InlineData(999_600, "1.00 ms")]
    [InlineData(2_340_000_000, "2.34 s")]
    public void Durations(double ns, string shown) => Assert.Equal(shown, Readable.Duration(ns));

    [Theory]
    [InlineData(1_500, "+1.50 us")]
    [InlineData(-749.6, "-750 ns")]
    [InlineData(0.2, "0 ns")]
    [InlineData(-0.2, "0 ns")]
    public void Differences(double ns, string shown) => Assert.Equal(shown, Readable.Difference(ns));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(32_768, "32.0 KiB")]
    [InlineData(1_258_291, "1.2 MiB")]
    public void Bytes(double bytes, string shown) => Assert.Equal(shown, Readable.Bytes(bytes));

    [Fact]
    public void Counts_shares_and_rates()
    {
        Assert.Equal("1,234,567", Readable.Count(1_234_567));
        Assert.Equal("51.3 %", Readable.Share(0.51305));
        Assert.Equal("36,509/s", Readable.Rate(36_509.2));
        Assert.Equal("0.5/s", Readable.Rate(0.5));
    }
}
