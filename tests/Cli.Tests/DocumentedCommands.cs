using System.Text.RegularExpressions;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// The commands in a document: all lines of <c>sh</c> blocks, and the lines after <c>$ </c> in <c>console</c> blocks, which also show the
/// output.
/// </summary>
internal sealed partial class DocumentedCommands
{
    private const string Fence = "```";
    private const string Prompt = "$ ";
    private readonly string[] _lines;

    /// <param name="name">Path from the repository's root.</param>
    public DocumentedCommands(string name)
    {
        Name = name;
        _lines = File.ReadAllLines(PathOf(name));
        Blocks = [.. BlocksOf(_lines)];
    }

    /// <summary>README.md, CONTRIBUTING.md, the documents of the study and the notebooks, and all in docs.</summary>
    public static string[] Documents { get; } =
    [
        "README.md", "CONTRIBUTING.md", "notebooks/README.md", "study/README.md",
        .. Directory.GetFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path)).Order(StringComparer.Ordinal),
    ];

    public string Name { get; }

    public Block[] Blocks { get; }

    /// <summary>The lines outside fenced blocks.</summary>
    public IEnumerable<string> Prose => _lines.Where((_, line) => !Array.Exists(Blocks, block => line >= block.Start && line < block.Start + block.Lines.Length));

    /// <summary>The texts in backticks in sentences and tables, after <c>forktrace </c>.</summary>
    public IEnumerable<string> InSentences => InBackticks().Matches(string.Join('\n', Prose)).Select(match => match.Groups[1].Value.Replace('\n', ' '));

    public IEnumerable<string> All => Blocks.SelectMany(CommandsOf);

    /// <summary>The commands of a block, without comment lines. A line that ends with a backslash continues on the next line.</summary>
    public static IEnumerable<string> CommandsOf(Block block) => block.Language switch
    {
        "sh" => HereDocument().Replace(string.Join('\n', block.Lines).Replace("\\\n", "", StringComparison.Ordinal), text => text.Value.Replace('\n', '\0'))
            .Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Replace('\0', '\n')),
        "console" => block.Lines.Where(line => line.StartsWith(Prompt, StringComparison.Ordinal)).Select(line => line[Prompt.Length..]),
        _ => [],
    };

    /// <summary>The text of all blocks with a language.</summary>
    public string TextOf(string language) =>
        string.Join('\n', Blocks.Where(block => block.Language == language).SelectMany(block => block.Lines)) + "\n";

    /// <summary>The document with new output in its <c>console</c> blocks.</summary>
    /// <param name="printed">Gives the output of a command.</param>
    public string WithOutputs(Func<string, string> printed)
    {
        List<string> lines = [];
        int next = 0;
        foreach (Block block in Blocks.Where(block => block.Language == "console"))
        {
            lines.AddRange(_lines[next..block.Start]);
            foreach (string command in CommandsOf(block))
            {
                lines.Add(Prompt + command);
                lines.AddRange(printed(command).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()));
            }

            next = block.Start + block.Lines.Length;
        }

        return string.Join('\n', [.. lines, .. _lines[next..]]) + "\n";
    }

    public static string PathOf(string name) => Path.Combine(RepositoryFiles.Root, name);

    private static IEnumerable<Block> BlocksOf(string[] lines)
    {
        for (int line = 0; line < lines.Length; line++)
        {
            if (!lines[line].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            int end = Array.IndexOf(lines, Fence, line + 1);
            yield return new Block(lines[line][Fence.Length..], line + 1, lines[(line + 1)..end]);
            line = end;
        }
    }

    [GeneratedRegex(@"<<(\w+)\n.*?\n\1$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex HereDocument();

    [GeneratedRegex("`(?:eng/)?forktrace ([^`]+)`")]
    private static partial Regex InBackticks();

    /// <param name="Language">The word after the fence; empty for output and grammars.</param>
    /// <param name="Start">Index in the document of the first line.</param>
    /// <param name="Lines">The lines between the fences.</param>
    internal sealed record Block(string Language, int Start, string[] Lines);
}
