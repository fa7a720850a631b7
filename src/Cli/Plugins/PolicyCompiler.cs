using System.Reflection;
using System.Runtime.Loader;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace ForkTrace.Cli.Plugins;

/// <summary>Compiles one C# file against the assemblies that the tool itself runs on, and loads the result.</summary>
internal static class PolicyCompiler
{
    private const int ErrorsShown = 10;

    // The usings that a policy needs are implicit.
    private const string Usings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.Collections.Immutable;
        global using System.Linq;
        global using ForkTrace.Lifecycle.Grading;
        global using ForkTrace.Lifecycle.Operations;
        global using ForkTrace.Replay.Contract;
        global using ForkTrace.Replay.Ledger;
        global using ForkTrace.Replay.Policies;
        """;

    public static Assembly Compile(string path, byte[] source)
    {
        CSharpParseOptions parsing = new(LanguageVersion.Latest);
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [
                CSharpSyntaxTree.ParseText(SourceText.From(source, source.Length, Encoding.UTF8, canBeEmbedded: true), parsing, path),
                CSharpSyntaxTree.ParseText(SourceText.From(Usings, Encoding.UTF8), parsing, "usings"),
            ],
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream image = new();
        using MemoryStream symbols = new();
        EmitOptions options = new(debugInformationFormat: DebugInformationFormat.PortablePdb);
        EmitResult result = compilation.Emit(image, symbols, options: options);
        if (!result.Success)
            throw new PolicyException($"{path} does not compile") { Details = Describe(result.Diagnostics) };
        image.Position = 0;
        symbols.Position = 0;
        return new AssemblyLoadContext(path).LoadFromStream(image, symbols);
    }

    // The runtime's own list of the assemblies that the tool may load: those of the framework and of ForkTrace.
    private static IEnumerable<MetadataReference> References()
    {
        string paths = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        string[] files = paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (!files.Any(file => Path.GetFileName(file) == "ForkTrace.Replay.dll"))
            throw new PolicyException("policies cannot be compiled here: ForkTrace.Replay.dll is not a file beside the tool");
        return files.Where(File.Exists).Select(file => MetadataReference.CreateFromFile(file));
    }

    private static ImmutableArray<string> Describe(ImmutableArray<Diagnostic> diagnostics)
    {
        Diagnostic[] errors =
        [
            .. diagnostics
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start),
        ];
        IEnumerable<string> more = errors.Length > ErrorsShown
            ? [string.Create(CultureInfo.InvariantCulture, $"and {errors.Length - ErrorsShown} more")]
            : [];
        return [.. errors.Take(ErrorsShown).Select(Line), .. more];
    }

    private static string Line(Diagnostic error)
    {
        FileLinePositionSpan place = error.Location.GetLineSpan();
        string message = $"{error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}";
        return error.Location.IsInSource
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{place.Path}({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}): {message}")
            : message;
    }
}
