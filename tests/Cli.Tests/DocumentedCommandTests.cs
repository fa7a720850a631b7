using System.CommandLine;
using ForkTrace.Cli.Options;
using ForkTrace.Cli.Streams;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// Every command in a document works: in a separate folder with <c>sample-traces</c>, in the order of the document, in an environment with
/// only PATH, HOME and a width. Commands in <c>sh</c> blocks print at most 80 columns. A <c>console</c> block shows the output at 120
/// columns; FORKTRACE_UPDATE_DOCS=1 updates it.
/// </summary>
public sealed class DocumentedCommandTests : IDisposable
{
    private const int Narrow = 80;
    private const int Wide = 120;
    private const string Installed = "tests/Install.Tests runs it";
    private const string Rights = "needs the rights to record all tasks of a machine; RecordTests runs it with another perf";
    private const string Hours = "takes hours and root, and boots kernels that it builds";
    private const string Builds = "builds and tests the repository: this test runs in it";

    // Commands that are not run here, and the reasons.
    private static readonly (string Document, string Command, string Why)[] s_elsewhere =
    [
        ("README.md", "eng/install.sh", Installed),
        ("README.md", "eng/pack.sh artifacts", Installed),
        ("README.md", "dotnet tool install -g ForkTrace --prerelease --add-source artifacts", Installed),
        ("README.md", "dotnet test", Builds),
        ("README.md", "trace-cmd record -C mono", Rights),
        ("CONTRIBUTING.md", "dotnet build", Builds),
        ("CONTRIBUTING.md", "dotnet test", Builds),
        ("CONTRIBUTING.md", "dotnet format --verify-no-changes", Builds),
        ("CONTRIBUTING.md", "FORKTRACE_UPDATE_API=1 dotnet test", Builds),
        ("CONTRIBUTING.md", "dotnet run -c Release --project tests/Fuzz -- all", "takes minutes; the tests of Ingest run the same targets"),
        ("CONTRIBUTING.md", "dotnet run -c Release --project tests/Fuzz -- perf.data", "needs a finding"),
        ("CONTRIBUTING.md", "tests/Faults/run --tool PATH/forktrace   ", "takes an hour"),
        ("CONTRIBUTING.md", "tests/Faults/run --tool PATH/forktrace --share", "FaultTests runs it"),
        ("notebooks/README.md", "dotnet build -c Release src/Cli", Builds),
        ("notebooks/README.md", "eng/pack.sh artifacts", Installed),
        ("notebooks/README.md", "export PATH=", "tests/Notebooks.Tests has such a PATH"),
        ("notebooks/README.md", "FORKTRACE_UPDATE_NOTEBOOKS=1 dotnet test", Builds),
        ("study/README.md", "study/kernels/run.sh", Hours),
        ("study/README.md", "study/kernels/tables.py", "needs the recordings of the line above it"),
        ("study/README.md", "study/record.sh", Hours),
        ("docs/study.md", "study/", Hours),
        ("docs/study.md", "grep '^make-c' study/results/", "shows lines of files that StudyTests reads"),
        ("docs/learning.md", "study/learning.sh", Hours),
        ("docs/ci.md", "git add ", "git's own"),
        ("docs/ci.md", "(cd / && dotnet tool install ForkTrace", Installed),
        ("docs/ci.md", "\"$HOME/forktrace/forktrace\" ci", Installed),
        ("docs/fidelity.md", "forktrace validate", "FidelityDocumentTests runs it, and compares its table with the document"),
        ("docs/formats/ctf.md", "lttng ", "needs LTTng's modules in the kernel"),
        ("docs/formats/perf.data.md", "perf record", Rights),
        ("docs/formats/perfetto.md", "tracebox ", "needs Perfetto, and the rights to record"),
        ("docs/formats/trace.dat.md", "cd /sys/kernel/tracing", Rights),
        ("docs/formats/trace.dat.md", "cp --parents", Rights),
        ("docs/formats/trace.dat.md", "for cpu in per_cpu/", Rights),
        ("docs/formats/wrapping.md", "ssh host ", "needs another machine; PipeTests reads from a pipe"),
        ("docs/recording.md", "forktrace record --exec", Rights),
        ("docs/recording.md", "forktrace record --level minimal --exec", Rights),
        ("docs/recording.md", "cd /sys/kernel/tracing", Rights),
        ("docs/recording.md", "echo function_graph", Rights),
        ("docs/repeats.md", "forktrace record --repeat", Rights),
        ("docs/results-schema.md", "forktrace query results.duckdb  ", "needs a terminal; QueryTests types into it"),
        ("docs/results-schema.md", "duckdb results.duckdb", "needs DuckDB's own shell; OtherToolsTests runs statements of it"),
    ];

    // Files that a reader has in addition to the repository.
    private static readonly (string Document, string File, string Sample)[] s_recordings =
    [
        ("notebooks/README.md", "trace.dat", "native-6.18/make.perf.data.zst"),
        ("docs/ci.md", "traces/make.perf.data.zst", "native-6.18/make.perf.data.zst"),
        ("docs/ci.md", "big.dat", "vm-6.1/prefork.dat"),
        ("docs/recording.md", "perf.data.2026010100000000", "native-6.18/make.perf.data.zst"),
        ("docs/repeats.md", "before-1.dat", "native-6.18/make.perf.data.zst"),
        ("docs/repeats.md", "before-2.dat", "kernels/ftrace_rt-amd64.txt.zst"),
        ("docs/repeats.md", "after-1.dat", "kernels/ftrace_riscv64.txt.zst"),
        ("docs/repeats.md", "after-2.dat", "kernels/ftrace_s390x.txt.zst"),
    ];

    private static readonly (string Document, string File, Func<DocumentedCommands, string> Text)[] s_texts =
    [
        ("docs/ci.md", "forktrace.toml", document => document.TextOf("toml")),
        ("docs/ci.md", "rules.toml", _ => "[rules]\nhit_rate = \"-0.5pp\"\n"),
        ("docs/policy-writing.md", "my.cs", document => document.TextOf("csharp")),
        ("docs/results-schema.md", "questions.sql", document => document.TextOf("sql")),
    ];

    private readonly WorkFolder _folder = new();

    public static TheoryData<string> Documents =>
        [.. DocumentedCommands.Documents.Where(name => new DocumentedCommands(name).All.Any())];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_of_a_document_runs(string name)
    {
        DocumentedCommands document = new(name);
        Prepare(document);
        foreach (string command in document.Blocks.Where(block => block.Language == "sh").SelectMany(DocumentedCommands.CommandsOf))
        {
            if (!Array.Exists(s_elsewhere, row => IsOf(row, name, command)))
                AssertFits(command, Run(command, Narrow));
        }

        string expected = document.WithOutputs(command => Run(command, Wide)), path = DocumentedCommands.PathOf(name);
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1")
            File.WriteAllText(path, expected);
        else
            Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void What_is_not_run_is_in_a_document() => Assert.All(
        s_elsewhere, row => Assert.Contains(new DocumentedCommands(row.Document).All, command => IsOf(row, row.Document, command)));

    // A block without a language is output. If a line begins like a command in another block, it is a command, and its block must be sh.
    [Fact]
    public void No_command_is_in_a_block_that_is_not_run()
    {
        // FleetTests make the plan at the beginning of docs/fleet.md, and run the rest of that document.
        DocumentedCommands[] documents =
            [.. DocumentedCommands.Documents.Where(name => name != "docs/fleet.md").Select(name => new DocumentedCommands(name))];
        HashSet<string> programs = [.. documents.SelectMany(document => document.All).Select(ProgramOf), "perf", "cd"];
        foreach (DocumentedCommands document in documents)
        {
            IEnumerable<string> indented = document.Prose.Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim());
            foreach (string line in document.Blocks.Where(block => block.Language.Length == 0).SelectMany(block => block.Lines).Concat(indented))
                Assert.False(programs.Contains(ProgramOf(line)), $"{document.Name}: put it into a block that is marked with sh: {line}");
        }
    }

    // Words in capitals and dots are placeholders, so only commands and options are checked.
    [Fact]
    public void Commands_that_a_sentence_names_are_there()
    {
        using Terminal terminal = new();
        RootCommand root = new();
        _ = new LookOptions(root);
        foreach ((_, Func<Terminal, Command> create) in ForkTraceTool.Commands)
            root.Add(create(terminal));
        int count = 0;
        foreach (DocumentedCommands document in DocumentedCommands.Documents.Select(name => new DocumentedCommands(name)))
        {
            foreach (string words in document.InSentences)
            {
                AssertKnown(root, document.Name, words);
                count++;
            }
        }

        Assert.InRange(count, 60, 1000);
    }

    private static void AssertKnown(RootCommand root, string document, string line)
    {
        Command command = root;
        bool isNamed = true;
        foreach (string word in line.Split(' ').TakeWhile(word => word != "--").Select(word => word.Trim('[', ']')))
        {
            string name = word.Split("\\|")[0];
            isNamed &= name.StartsWith('-') || name.Any(char.IsLower) || !name.Any(char.IsLetter);
            if (word.StartsWith('-') && word.Length > 1)
                Assert.True(Has(command, word) || Has(root, word), $"{document}: {line}: {word}");
            else if (command.Subcommands.Count > 0 && isNamed)
                command = command.Subcommands.SingleOrDefault(child => child.Name == name) ?? throw new ArgumentException($"{document}: {line}: there is no command {name}");
        }
    }

    private static bool Has(Command command, string word) =>
        word == "--help" || command.Options.Any(option => option.Name == word || option.Aliases.Contains(word));

    private static string ProgramOf(string command) => command.TrimStart('$', ' ', '(').Split(' ')[0];

    private static bool IsOf((string Document, string Command, string Why) row, string document, string command) =>
        row.Document == document && command.StartsWith(row.Command, StringComparison.Ordinal);

    private void Prepare(DocumentedCommands document)
    {
        Directory.CreateSymbolicLink(_folder.Of("sample-traces"), DocumentedCommands.PathOf("sample-traces"));
        File.CreateSymbolicLink(Place("eng/forktrace"), Tool.Path);
        foreach ((_, string file, string sample) in s_recordings.Where(row => row.Document == document.Name))
            File.Copy(RepositoryFiles.SampleTrace(sample), Place(file));
        foreach ((_, string file, Func<DocumentedCommands, string> text) in s_texts.Where(row => row.Document == document.Name))
            File.WriteAllText(Place(file), text(document));
    }

    private string Place(string file)
    {
        string path = _folder.Of(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    // Lines to copy into a shell may be longer.
    private static void AssertFits(string command, string printed)
    {
        if (!command.StartsWith("forktrace record", StringComparison.Ordinal))
            Assert.All(printed.Split('\n'), line => Assert.True(line.EnumerateRunes().Count() <= Narrow, $"{command}: {line}"));
    }

    private string Run(string command, int columns)
    {
        ToolOutcome outcome = Tool.CleanShell(_folder.Path, columns, command);

        // On a machine that cannot record, the command is shown anyway.
        bool isRefused = outcome.Code == 2 && command.StartsWith("forktrace record", StringComparison.Ordinal);
        Assert.True(outcome.Code == 0 || isRefused, $"{command}: exit code {outcome.Code}\n{outcome.Out}\n{outcome.Error}");
        return outcome.Out;
    }
}
