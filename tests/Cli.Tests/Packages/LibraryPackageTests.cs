using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using ForkTrace.Cli.Shared;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests.Packages;

/// <summary>
/// The libraries as packages: a project outside the repository restores them from a folder, and the examples in their README files compile
/// and run. No registry is used, because the packages' dependencies are in NuGet's folder since the repository was built.
/// </summary>
public sealed class LibraryPackageTests : IDisposable
{
    private const int TimeoutMs = 600_000;
    private const string Version = "0.0.1-test";
    private static readonly string[] s_libraries = ["Events", "Lifecycle", "Replay", "Analytics"];
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Packages_restore_and_their_examples_compile_and_run()
    {
        foreach (string library in s_libraries)
        {
            string project = Path.Combine(RepositoryFiles.Root, "src", library);
            Dotnet(
                RepositoryFiles.Root, "pack", project, "--no-build", "-c", Metadata("Configuration"), "-o", _folder.Of("feed"),
                $"-p:MinVerVersionOverride={Version}", "-v", "q");
        }

        Assert.Equal(["ForkTrace.Events"], Dependencies("Lifecycle").Where(IsOurs));
        Assert.Equal(["ForkTrace.Lifecycle"], Dependencies("Replay").Where(IsOurs));
        Assert.Equal(["ForkTrace.Replay"], Dependencies("Analytics").Where(IsOurs));
        Assert.Equal(["DuckDB.NET.Data.Full", "MathNet.Numerics", "Tomlyn"], Dependencies("Analytics").Where(id => !IsOurs(id)));
        Assert.All(s_libraries, RequireContent);
        using (ZipArchive analytics = Open("Analytics"))
            Assert.NotNull(analytics.GetEntry("licenses/uplot/LICENSE"));

        Assert.Equal(0, Tool.Run(_folder.Path, "synth", "bursts", "--forks", "1000", "-o", "trace.arrow").Code);
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.arrow", "--db", "results.duckdb", "--policy", "linux-4.9").Code);
        WriteConsumer();
        string printed = Dotnet(_folder.Path, "run", "--project", "app");
        Assert.Contains("synth Bursts", printed, StringComparison.Ordinal);
        Assert.Contains("linux-4.9: 24.8 % of forks hit", printed, StringComparison.Ordinal);

        ToolOutcome check = Tool.Run(_folder.Path, "policy", "check", "policy/bin/Debug/net10.0/policy.dll");
        Assert.True(check.Code == 0, check.Out + check.Error);
    }

    private static bool IsOurs(string id) => id.StartsWith("ForkTrace.", StringComparison.Ordinal);

    private static string Metadata(string key) =>
        typeof(LibraryPackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;

    // A consumer: the policy refers only to ForkTrace.Replay, the program to ForkTrace.Analytics.
    private void WriteConsumer()
    {
        Directory.CreateDirectory(_folder.Of("policy"));
        Directory.CreateDirectory(_folder.Of("app"));
        File.WriteAllText(_folder.Of("nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="feed" value="feed" /></packageSources>
              <fallbackPackageFolders><add key="built" value="{Metadata("NuGetPackageRoot")}" /></fallbackPackageFolders>
            </configuration>
            """);
        File.WriteAllText(
            _folder.Of("policy/policy.csproj"),
            Project("Library", $"""<PackageReference Include="ForkTrace.Replay" Version="{Version}" />"""));
        File.WriteAllText(_folder.Of("policy/OneSlotPolicy.cs"), Example("Replay"));
        File.WriteAllText(_folder.Of("app/app.csproj"), Project("Exe", $"""
            <PackageReference Include="ForkTrace.Analytics" Version="{Version}" />
            <ProjectReference Include="../policy/policy.csproj" />
            """));
        string[][] programs = [Example("Events").Split('\n'), Example("Analytics").Split('\n')];
        File.WriteAllLines(
            _folder.Of("app/Program.cs"),
            [.. programs.SelectMany(program => program.Where(IsUsing)), .. programs.SelectMany(Block)]);
    }

    private static IEnumerable<string> Block(string[] program) => ["{", .. program.Where(line => !IsUsing(line)), "}"];

    private static bool IsUsing(string line) => line.StartsWith("using ForkTrace.", StringComparison.Ordinal);

    private static string Project(string output, string references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>{output}</OutputType>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>{references}</ItemGroup>
        </Project>
        """;

    // The first C# block in a library's README.md.
    private static string Example(string library)
    {
        string readme = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "src", library, "README.md"));
        return readme.Split("```csharp\n")[1].Split("```")[0];
    }

    private ZipArchive Open(string library) => ZipFile.OpenRead(_folder.Of($"feed/ForkTrace.{library}.{Version}.nupkg"));

    private string[] Dependencies(string library)
    {
        using ZipArchive package = Open(library);
        return [.. Specification(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal)];
    }

    private void RequireContent(string library)
    {
        using ZipArchive package = Open(library);
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Contains($"lib/net10.0/ForkTrace.{library}.dll", names);
        Assert.Contains($"lib/net10.0/ForkTrace.{library}.xml", names);
        Assert.Contains("README.md", names);
        Assert.Contains("LICENSE", names);
        XDocument specification = Specification(package);
        string? Of(string name) => specification.Descendants().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal("MIT", Of("license"));
        Assert.Equal("README.md", Of("readme"));
        Assert.NotEqual("Package Description", Of("description"));
        Assert.Null(Of("projectUrl"));
    }

    private static XDocument Specification(ZipArchive package)
    {
        using Stream stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream);
    }

    private static string Dotnet(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // No build server remains, and none of another build is used.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMs))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} has not ended after {TimeoutMs} ms.");
        }

        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{output.Result}{error.Result}");
        return output.Result;
    }
}
