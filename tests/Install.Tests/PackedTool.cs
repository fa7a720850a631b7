using System.Runtime.InteropServices;

[assembly: AssemblyFixture(typeof(ForkTrace.Install.Tests.PackedTool))]

namespace ForkTrace.Install.Tests;

/// <summary>The packages from <c>eng/pack.sh</c>, created once for all tests.</summary>
public sealed class PackedTool : IDisposable
{
    public PackedTool() => NewUser.RunScript("eng/pack.sh", Feed);

    /// <summary>A folder with only the packages.</summary>
    public string Feed { get; } = Directory.CreateTempSubdirectory("forktrace-feed").FullName;

    /// <summary>The package with the tool for this platform.</summary>
    public string PlatformPackage => Assert.Single(Directory.GetFiles(Feed, $"ForkTrace.{Platform}.*.nupkg"));

    /// <summary>The version of the packages.</summary>
    public string Version => Path.GetFileNameWithoutExtension(PlatformPackage)[$"ForkTrace.{Platform}.".Length..];

    private static string Platform => $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    public void Dispose() => Directory.Delete(Feed, recursive: true);
}
