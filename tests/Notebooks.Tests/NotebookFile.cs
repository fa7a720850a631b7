using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForkTrace.Notebooks.Tests;

/// <summary>An .ipynb file (nbformat 4): JSON whose texts are arrays of lines.</summary>
internal sealed class NotebookFile
{
    // The form of Jupyter: one blank of indentation, and only control characters are escaped.
    private static readonly JsonSerializerOptions s_writing = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _path;

    private NotebookFile(string path)
    {
        _path = path;
        Root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
    }

    /// <summary>A PATH with <c>forktrace</c>, the program that the project reference puts next to the tests.</summary>
    public static string PathWithTool { get; } =
        $"{AppContext.BaseDirectory}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";

    public static string Folder { get; } = Path.Combine(TestKit.RepositoryFiles.Root, "notebooks");

    /// <summary>File names of all notebooks.</summary>
    public static IEnumerable<string> Names { get; } =
        Directory.GetFiles(Folder, "*.ipynb").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public JsonObject Root { get; }

    public IEnumerable<JsonObject> Cells => Root["cells"]!.AsArray().Select(cell => cell!.AsObject());

    public IEnumerable<JsonObject> CodeCells => Cells.Where(cell => TypeOf(cell) == "code");

    /// <summary>The committed outputs of the cells, in order.</summary>
    public IEnumerable<JsonObject> Outputs =>
        CodeCells.SelectMany(cell => cell["outputs"]!.AsArray()).Select(output => output!.AsObject());

    public static NotebookFile Open(string name) => new(Path.Combine(Folder, name));

    public static string TypeOf(JsonObject cell) => cell["cell_type"]!.GetValue<string>();

    public static string SourceOf(JsonObject cell) => TextOf(cell["source"]);

    /// <summary>A text in the file, which is an array of lines with line ends.</summary>
    public static string TextOf(JsonNode? text) => string.Concat(text!.AsArray().Select(line => line!.GetValue<string>()));

    /// <summary>The PNG of an output that is a chart; null for other outputs.</summary>
    public static byte[]? PictureOf(JsonNode output) =>
        output["data"]?["image/png"] is { } picture ? Convert.FromBase64String(TextOf(picture)) : null;

    /// <summary>The reverse of <see cref="TextOf"/>.</summary>
    public static JsonArray Lines(string text)
    {
        JsonArray lines = [];
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            int next = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..next]);
            start = next;
        }

        return lines;
    }

    public static string Written(JsonNode node) => node.ToJsonString(s_writing);

    public void Save() => File.WriteAllText(_path, Written(Root) + "\n");
}
