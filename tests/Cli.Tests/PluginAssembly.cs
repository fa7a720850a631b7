using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace ForkTrace.Cli.Tests;

/// <summary>Builds an assembly as somebody else's project would: against ForkTrace.Replay, with its own name.</summary>
internal static class PluginAssembly
{
    private const string Usings =
        """
        global using System;
        global using ForkTrace.Replay.Contract;
        global using ForkTrace.Replay.Engine;
        global using ForkTrace.Replay.Lifecycle;
        """;

    public static void Build(string path, string source, params string[] references)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(source), CSharpSyntaxTree.ParseText(Usings)],
            [.. platform.Split(Path.PathSeparator).Concat(references).Select(file => MetadataReference.CreateFromFile(file))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        EmitResult result = compilation.Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
