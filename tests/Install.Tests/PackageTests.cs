using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using ForkTrace.TestKit;

namespace ForkTrace.Install.Tests;

/// <summary>The content of the tool's package.</summary>
public sealed partial class PackageTests(PackedTool tool)
{
    [Fact]
    public void The_package_holds_the_engine_of_one_platform()
    {
        using ZipArchive package = ZipFile.OpenRead(tool.PlatformPackage);
        string[] engines = [.. package.Entries.Select(entry => entry.FullName).Where(name => name.Contains("duckdb.", StringComparison.Ordinal))];
        Assert.EndsWith("/libduckdb.so", Assert.Single(engines), StringComparison.Ordinal);
        Assert.DoesNotContain(package.Entries, entry => entry.FullName.Contains("/runtimes/", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_assemblies_are_compiled_ahead_of_time()
    {
        using ZipArchive package = ZipFile.OpenRead(tool.PlatformPackage);
        string[] left = [.. package.Entries.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal) && !IsCompiled(entry)).Select(entry => entry.Name)];
        // Only policies from source files need the C# compiler, only .nettrace needs TraceEvent, only learn needs Microsoft.ML, and only
        // mcp needs the protocol.
        string[] rarelyNeeded =
        [
            "Microsoft.Bcl.AsyncInterfaces.dll",
            "Microsoft.CodeAnalysis.CSharp.dll", "Microsoft.CodeAnalysis.dll",
            "Microsoft.Diagnostics.FastSerialization.dll", "Microsoft.Diagnostics.Tracing.TraceEvent.dll",
            "Microsoft.ML.Core.dll", "Microsoft.ML.CpuMath.dll", "Microsoft.ML.Data.dll", "Microsoft.ML.DataView.dll", "Microsoft.ML.FastTree.dll",
            "Microsoft.ML.KMeansClustering.dll", "Microsoft.ML.PCA.dll", "Microsoft.ML.StandardTrainers.dll", "Microsoft.ML.Transforms.dll",
            "Newtonsoft.Json.dll", "System.CodeDom.dll", "System.Numerics.Tensors.dll",
            "Microsoft.Extensions.AI.Abstractions.dll", "Microsoft.Extensions.DependencyInjection.Abstractions.dll",
            "Microsoft.Extensions.Logging.Abstractions.dll", "ModelContextProtocol.Core.dll",
        ];
        Assert.Equal(rarelyNeeded.Order(StringComparer.Ordinal), left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_notices_name_each_file_of_others_and_no_more()
    {
        using ZipArchive package = ZipFile.OpenRead(tool.PlatformPackage);
        string[] programs =
        [
            .. package.Entries
                .Where(entry => entry.FullName.StartsWith("tools/", StringComparison.Ordinal) && !IsTextOrOurs(entry))
                .Select(entry => entry.Name),
        ];
        string notices = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "THIRD-PARTY-NOTICES.md"));
        string[] named = [.. Rows().Matches(notices).SelectMany(row => FileNames().Matches(row.Value)).Select(name => name.Groups[1].Value)];
        Assert.True(programs.Except(named).ToArray() is [], $"THIRD-PARTY-NOTICES.md does not name {string.Join(", ", programs.Except(named))}.");
        string[] elsewhere = ["libduckdb.dylib", "duckdb.dll", "forktrace.exe"];
        Assert.True(
            named.Except(programs).Except(elsewhere).ToArray() is [],
            $"THIRD-PARTY-NOTICES.md names {string.Join(", ", named.Except(programs).Except(elsewhere))}, which the package does not hold.");
    }

    [Fact]
    public void Both_packages_carry_readme_licence_and_notices()
    {
        foreach (string path in (string[])[tool.PlatformPackage, Path.Combine(tool.Feed, $"ForkTrace.{tool.Version}.nupkg")])
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            string[] expected = ["README.md", "LICENSE", "THIRD-PARTY-NOTICES.md"];
            Assert.Empty(expected.Except(package.Entries.Select(entry => entry.FullName)));
            using StreamReader description = new(package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
            string nuspec = description.ReadToEnd();
            Assert.Contains("<license type=\"expression\">MIT</license>", nuspec, StringComparison.Ordinal);
            Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);
        }
    }

    private static bool IsTextOrOurs(ZipArchiveEntry entry) =>
        entry.Name.StartsWith("ForkTrace.", StringComparison.Ordinal)
        || entry.Name is "forktrace.dll" or "LICENSE"
        || entry.FullName.Contains("/licenses/", StringComparison.Ordinal)
        || Path.GetExtension(entry.Name) is ".pdb" or ".json" or ".xml" or ".md";

    private static bool IsCompiled(ZipArchiveEntry entry)
    {
        using MemoryStream content = new();
        using (Stream stream = entry.Open())
            stream.CopyTo(content);
        content.Position = 0;
        using PEReader reader = new(content);
        return reader.PEHeaders.CorHeader?.ManagedNativeHeaderDirectory.Size > 0;
    }

    [GeneratedRegex(@"^\| `[^|]*", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex FileNames();
}
