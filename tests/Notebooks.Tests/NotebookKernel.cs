using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// .NET Interactive's C# kernel with what its Jupyter and VS Code hosts add to it: packages by <c>#r "nuget: ..."</c>, <c>#!import</c>
/// and <c>display</c>. The built tool is first on its PATH. Disposing it deletes the files of the
/// notebook, but keeps the kernel: finalizers of SkiaSharp find their native library through it until the process ends.
/// </summary>
internal sealed class NotebookKernel : IAsyncDisposable
{
    private readonly CompositeKernel _kernel = new CompositeKernel().UseImportMagicCommand();

    public NotebookKernel()
    {
        Environment.SetEnvironmentVariable("PATH", NotebookFile.PathWithTool);

        // Formatters belong to the process: an earlier notebook may have registered some.
        Formatter.ResetToDefault();
        _kernel.Add(new CSharpKernel().UseKernelHelpers().UseNugetDirective((kernel, packages) =>
        {
            kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
            return Task.CompletedTask;
        }));
    }

    // Where a cell failed before the import of Tool.cs, there is no folder to delete: that this fails does not matter.
    public async ValueTask DisposeAsync() =>
        await _kernel.SendAsync(new SubmitCode("System.IO.Directory.Delete(Tool.Folder, recursive: true);"));

    /// <summary>Runs a cell; returns what it prints and shows as outputs of nbformat.</summary>
    /// <exception cref="InvalidOperationException">The cell failed.</exception>
    public async Task<JsonArray> RunAsync(string source)
    {
        KernelCommandResult result = await _kernel.SendAsync(new SubmitCode(source));
        JsonArray outputs = [];
        Dictionary<string, JsonObject> shown = [];
        string printed = "";
        void Flush()
        {
            if (printed.Length > 0)
                outputs.Add(Stream(printed));
            printed = "";
        }

        foreach (KernelEvent happened in result.Events)
        {
            switch (happened)
            {
                case StandardOutputValueProduced output:
                    printed += output.FormattedValues.Single().Value;
                    break;
                case DisplayedValueUpdated update when shown.TryGetValue(update.ValueId, out JsonObject? earlier):
                    earlier["data"] = Forms(update);
                    break;
                case DisplayEvent display and (DisplayedValueProduced or ReturnValueProduced):
                    Flush();
                    JsonObject value = new()
                    {
                        ["data"] = Forms(display),
                        ["metadata"] = new JsonObject(),
                        ["output_type"] = "display_data",
                    };
                    outputs.Add(value);
                    shown[display.ValueId ?? ""] = value;
                    break;
                case CommandFailed failure:
                    throw new InvalidOperationException($"{failure.Message}\n{source}");
            }
        }

        Flush();
        return outputs;
    }

    private static JsonObject Stream(string text) =>
        new() { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = NotebookFile.Lines(text) };

    // The kernel shows the full path of a folder of packages: what is committed names no machine's folders.
    private static JsonObject Forms(DisplayEvent display)
    {
        string clone = Path.GetFullPath("../");
        JsonObject forms = [];
        foreach (FormattedValue form in display.FormattedValues)
            forms[form.MimeType] = NotebookFile.Lines(form.Value.Replace(clone, "", StringComparison.Ordinal));
        return forms;
    }
}
