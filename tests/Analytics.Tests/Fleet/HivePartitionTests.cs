using ForkTrace.Analytics.Fleet;

namespace ForkTrace.Analytics.Tests.Fleet;

/// <summary>Folder names from machine names, which can be hostile.</summary>
public sealed class HivePartitionTests
{
    [Theory]
    [InlineData("build-7.example.org", "build-7.example.org")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("..", "%2E.")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("a=b %\n", "a%3Db%20%25%0A")]
    [InlineData("ü", "%C3%BC")]
    [InlineData("*?[", "%2A%3F%5B")]
    [InlineData("", HivePartition.Null)]
    [InlineData(null, HivePartition.Null)]
    [InlineData(HivePartition.Null, "%5F_HIVE_DEFAULT_PARTITION__")]
    public void Whatever_is_no_plain_letter_is_encoded(string? value, string name) =>
        Assert.Equal($"host={name}", HivePartition.Name("host", value));

    [Fact]
    public void A_long_name_is_cut_and_stays_its_own()
    {
        string[] names = [.. "ab/".Select(last => HivePartition.Name("host", new string('/', 300) + last))];
        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, name => Assert.InRange(name.Length, 100, 255));
    }
}
