using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// Runs cells one after another as .NET Interactive's C# kernel does, by Roslyn scripting: what a cell declares the next one sees.
/// <c>#r "nuget: ..."</c> stands for an assembly that the tests reference, <c>#!import</c> runs a file; other directives are refused.
/// </summary>
internal sealed partial class NotebookKernel
{
    private static readonly Dictionary<string, Type> s_packages = new(StringComparer.Ordinal)
    {
        ["DuckDB.NET.Data.Full"] = typeof(DuckDBConnection),
    };

    private ScriptState<object>? _state;

    // The namespaces that .NET Interactive opens; its own last.
    private ScriptOptions _options = ScriptOptions.Default
        .WithLanguageVersion(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest)
        .AddReferences(PlatformAssemblies())
        .AddReferences(typeof(Kernel).Assembly)
        .AddImports("System", "System.Collections", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text")
        .AddImports("System.Threading.Tasks")
        .AddImports("Microsoft.DotNet.Interactive", "Microsoft.DotNet.Interactive.Formatting", "Microsoft.DotNet.Interactive.Kernel");

    /// <summary>Runs a cell; what it prints and shows becomes outputs as nbformat has them.</summary>
    public JsonArray Run(string source)
    {
        JsonArray outputs = [];
        StringWriter printed = new() { NewLine = "\n" };
        void Flush()
        {
            if (printed.GetStringBuilder().Length > 0)
                outputs.Add(Stream(printed.ToString()));
            printed.GetStringBuilder().Clear();
        }

        TextWriter console = Console.Out;
        Kernel.Shown = value =>
        {
            Flush();
            outputs.Add(new JsonObject { ["data"] = Forms(value), ["metadata"] = new JsonObject(), ["output_type"] = "display_data" });
        };
        Console.SetOut(printed);
        try
        {
            Submit(Directives(source));
        }
        finally
        {
            Console.SetOut(console);
            Kernel.Shown = null;
        }

        Flush();
        return outputs;
    }

    private static JsonObject Stream(string text) =>
        new() { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = NotebookFile.Lines(text) };

    private string Directives(string source)
    {
        List<string> code = [];
        foreach (string line in source.Split('\n'))
        {
            if (NuGet().Match(line) is { Success: true } package)
                _options = _options.AddReferences(s_packages[package.Groups["id"].Value].Assembly);
            else if (Import().Match(line) is { Success: true } import)
                Submit(File.ReadAllText(import.Groups["path"].Value));
            else if (line.StartsWith("#!", StringComparison.Ordinal) || line.StartsWith("#r", StringComparison.Ordinal))
                throw new NotSupportedException($"The directive '{line}' is not known here.");
            else
                code.Add(line);
        }

        return string.Join('\n', code);
    }

    private void Submit(string code)
    {
        _state = _state is null
            ? CSharpScript.RunAsync(code, _options).GetAwaiter().GetResult()
            : _state.ContinueWithAsync(code, _options).GetAwaiter().GetResult();
        if (_state.ReturnValue is not null)
            throw new NotSupportedException($"A cell ends with a value; show it by display(...): {code}");
    }

    private static JsonObject Forms(object value)
    {
        JsonObject data = [];
        foreach ((string mimeType, string text) in Formatter.Forms(value))
            data[mimeType] = mimeType.EndsWith("+json", StringComparison.Ordinal) ? JsonNode.Parse(text) : NotebookFile.Lines(text);
        return data;
    }

    // Whatever .NET itself has, as a notebook may use it all; nothing of the tests' own packages.
    private static IEnumerable<Microsoft.CodeAnalysis.MetadataReference> PlatformAssemblies()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder)
            .Select(path => Microsoft.CodeAnalysis.MetadataReference.CreateFromFile(path));
    }

    [GeneratedRegex("^#r \"nuget: (?<id>[^,\"]+), [0-9.]+\"$")]
    private static partial Regex NuGet();

    [GeneratedRegex("^#!import (?<path>.+)$")]
    private static partial Regex Import();
}
