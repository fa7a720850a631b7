using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace ForkTrace.Cli.Tests;

/// <summary>Builds an assembly like a user's project: with its own name and a reference to ForkTrace.Replay.</summary>
internal static class PluginAssembly
{
    private const string Usings =
        """
        global using System;
        global using ForkTrace.Replay.Contract;
        global using ForkTrace.Replay.Engine;
        global using ForkTrace.Lifecycle.Grading;
        global using ForkTrace.Lifecycle.Operations;
        global using ForkTrace.Replay.Ledger;
        global using ForkTrace.Replay.Policies;
        """;

    /// <summary>Builds it. A reference, or the new assembly itself, replaces the platform's assembly with the same name.</summary>
    public static void Build(string path, string source, params string[] references)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        HashSet<string?> own = [Path.GetFileName(path), .. references.Select(Path.GetFileName)];
        string[] others = [.. platform.Split(Path.PathSeparator).Where(file => !own.Contains(Path.GetFileName(file)))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(source), CSharpSyntaxTree.ParseText(Usings)],
            [.. others.Concat(references).Select(file => MetadataReference.CreateFromFile(file))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        EmitResult result = compilation.Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
