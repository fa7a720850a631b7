using System.Reflection;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests.Packages;

/// <summary>
/// Compares the public API of each packed library with <c>src/NAME/PublicApi.txt</c>. After an intended change, run
/// <c>FORKTRACE_UPDATE_API=1 dotnet test tests/Cli.Tests --filter PublicApiTests</c> and check the difference.
/// </summary>
public sealed class PublicApiTests
{
    private const string UpdateVariable = "FORKTRACE_UPDATE_API";

    public static TheoryData<string> Libraries => ["Events", "Lifecycle", "Replay", "Analytics"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_api_is_the_listed_one(string library)
    {
        string path = Path.Combine(RepositoryFiles.Root, "src", library, "PublicApi.txt");
        string[] found = [.. PublicApi.Of(Assembly.Load($"ForkTrace.{library}"))];
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllLines(path, found);
        string[] listed = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] difference = [.. listed.Except(found).Select(line => $"- {line}"), .. found.Except(listed).Select(line => $"+ {line}")];
        Assert.True(
            difference.Length == 0,
            $"The public API of ForkTrace.{library} changed. If that is meant: {UpdateVariable}=1 dotnet test tests/Cli.Tests "
                + $"--filter PublicApiTests\n{string.Join('\n', difference)}");
    }
}
