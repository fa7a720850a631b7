using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// .NET Interactive's C# kernel with the additions of its Jupyter and VS Code hosts: packages with <c>#r "nuget: ..."</c>, <c>#!import</c>
/// and <c>display</c>. The built tool is first on its PATH. Dispose deletes the files of the notebook, but keeps the kernel, because
/// finalizers of SkiaSharp need it to find their native library until the process ends.
/// </summary>
internal sealed class NotebookKernel : IAsyncDisposable
{
    private readonly CompositeKernel _kernel = new CompositeKernel().UseImportMagicCommand();

    public NotebookKernel()
    {
        Environment.SetEnvironmentVariable("PATH", NotebookFile.PathWithTool);

        // Formatters belong to the process, so an earlier notebook may have registered some.
        Formatter.ResetToDefault();
        _kernel.Add(new CSharpKernel().UseKernelHelpers().UseNugetDirective((kernel, packages) =>
        {
            kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
            return Task.CompletedTask;
        }));
    }

    // If a cell failed before the import of Tool.cs, there is no folder to delete, and this fails without harm.
    public async ValueTask DisposeAsync() =>
        await _kernel.SendAsync(new SubmitCode("System.IO.Directory.Delete(Tool.Folder, recursive: true);"));

    /// <summary>Runs a cell, and returns its printed text and displays as outputs of nbformat.</summary>
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

    // The kernel shows the full path of a package folder. Committed outputs must not contain paths of a machine.
    private static JsonObject Forms(DisplayEvent display)
    {
        string clone = Path.GetFullPath("../");
        JsonObject forms = [];
        foreach (FormattedValue form in display.FormattedValues)
            forms[form.MimeType] = NotebookFile.Lines(form.Value.Replace(clone, "", StringComparison.Ordinal));
        return forms;
    }
}
