using System.CommandLine;
using ForkTrace.Cli.Streams;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Every option that names an output file follows the same rules.</summary>
public sealed class OutputTests : IDisposable
{
    private const int Usage = 2;
    private const string Foreign = "int main;\n";

    // OUT is the output file. The key is the command and its option.
    private static readonly (string Option, string Name, string Line)[] s_outputs =
    [
        ("run --db", "n.duckdb", "run trace.arrow --db OUT"),
        ("run --html", "n.html", "run trace.arrow --html OUT"),
        ("replay --db", "n.duckdb", "replay trace.arrow --db OUT"),
        ("ingest --output", "n.arrow", "ingest load.perf.data.zst -o OUT"),
        ("export --output", "n.arrow", "export trace.arrow -o OUT"),
        ("export --output", "n.arrows", "export trace.arrow -o OUT"),
        ("export --output", "n.csv", "export trace.arrow -o OUT"),
        ("export --output", "n.parquet", "export trace.arrow -o OUT"),
        ("query --output", "n.csv", "query base.duckdb FROM\u00a0runs -o OUT"),
        ("query --output", "n.json", "query base.duckdb FROM\u00a0runs -o OUT"),
        ("query --output", "n.parquet", "query base.duckdb FROM\u00a0runs -o OUT"),
        ("report html --output", "n.html", "report html base.duckdb -o OUT"),
        ("compare --junit", "n.xml", "compare base.duckdb head.duckdb --junit OUT"),
        ("calibrate --output", "n.json", "calibrate load.perf.data.zst -o OUT"),
        ("validate --db", "n.duckdb", "validate load.perf.data.zst --db OUT"),
        ("synth --output", "n.arrow", "synth bursts --forks 100 -o OUT"),
    ];

    private readonly WorkFolder _folder = new();

    public OutputTests()
    {
        _folder.Put("trace.arrow", SyntheticTrace.Random(3, 50, 2));
        _folder.Put("load.perf.data.zst", File.ReadAllBytes(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst")));
    }

    public static TheoryData<string, string, string> Outputs()
    {
        TheoryData<string, string, string> rows = [];
        foreach ((string option, string name, string line) in s_outputs)
            rows.Add(option, name, line);
        return rows;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_option_is_left_out()
    {
        string[] names = ["--output", "--db", "--html", "--junit"];
        using Terminal terminal = new();
        IEnumerable<(string Name, Command Command)> commands = ForkTraceTool.Commands
            .Select(command => command.Create(terminal))
            .SelectMany(command => command.Subcommands.Select(part => ($"{command.Name} {part.Name}", part)).Prepend((command.Name, command)));
        (string Name, Command Command)[] writers =
            [.. commands.Where(command => command.Command.Options.Any(option => names.Contains(option.Name)))];
        string[] elsewhere = ["ci --output", "learn cluster --html", "learn policy --output", "record --output", "watch --db"];
        Assert.Equal(
            [.. s_outputs.Select(output => output.Option).Concat(elsewhere).Distinct().Order(StringComparer.Ordinal)],
            writers.SelectMany(writer => writer.Command.Options.Where(option => names.Contains(option.Name))
                .Select(option => $"{writer.Name} {option.Name}")).Order(StringComparer.Ordinal));
        Assert.All(writers, writer => Assert.Contains(writer.Command.Options, option => option.Name == "--force"));
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void A_file_is_replaced_if_it_is_our_own_or_by_force(string option, string name, string line)
    {
        MakeDatabases(line);
        string path = _folder.Put(name, System.Text.Encoding.UTF8.GetBytes(Foreign));
        Refused(Run(line, name), $"refusing to overwrite {name}: it is not a", "(use --force to replace it)");
        Assert.Equal(Foreign, File.ReadAllText(path));
        ToolOutcome forced = Run($"{line} --force", name);
        Assert.True(forced.Code == 0, $"{option}: {forced.Error}");
        Assert.NotEqual(Foreign, File.ReadAllText(path));
        ToolOutcome again = Run(line, name);
        Assert.True(again.Code == 0, $"{option}: {again.Error}");
        File.WriteAllText(path, "");
        Assert.Equal(0, Run(line, name).Code);
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void An_input_a_pipe_and_a_device_are_never_replaced(string option, string name, string line)
    {
        MakeDatabases(line);
        string input = line.Split(' ').FirstOrDefault(word => File.Exists(_folder.Of(word))) ?? "";
        Assert.Equal(0, Tool.Shell(_folder.Path, $"mkfifo fifo; test -z '{input}' || (ln {input} hard && ln -s {input} soft)").Code);
        string suffix = Path.GetExtension(name)[1..].Replace("arrows", "arrow-stream", StringComparison.Ordinal);
        string form = line.Split(' ')[0] switch { "export" => $" --as {suffix}", "query" => $" --format {suffix}", _ => "" };
        foreach (string output in input.Length == 0 ? [] : (string[])["hard", "soft", input])
        {
            byte[] before = File.ReadAllBytes(_folder.Of(input));
            Refused(Run($"{line}{form} --force", output), $"refusing to overwrite {output}: it is ", "input");
            Assert.Equal(before, File.ReadAllBytes(_folder.Of(input)));
        }

        Refused(Run($"{line}{form} --force", "fifo"), "cannot write fifo: it is a pipe");
        Refused(Run($"{line}{form} --force", "/dev/full"), $"cannot write /dev/full: it is a device");
        Assert.True(option.Length > 0);
    }

    [Theory]
    [InlineData("run trace.arrow --db n --html n --force", "cannot write n: it is the same file as n, which this run writes too")]
    [InlineData("run trace.arrow --db n --html ./n", "cannot write ./n: it is the same file as n, which this run writes too")]
    [InlineData(
        "query base.duckdb FROM\u00a0runs --format csv -o main.c",
        "refusing to overwrite main.c: it is not a CSV file with the columns of this query")]
    [InlineData("compare base.duckdb head.duckdb --junit head.duckdb", "refusing to overwrite head.duckdb: it is an input of this run")]
    [InlineData(
        "compare base.duckdb head.duckdb --rules r.toml --junit r.toml --force",
        "refusing to overwrite r.toml: it is an input of this run")]
    [InlineData("replay trace.arrow --cost-model m.json --db m.json --force", "refusing to overwrite m.json: it is an input of this run")]
    [InlineData("run trace.arrow --db fifo", "cannot write fifo: it is a pipe")]
    [InlineData("report policies fifo", "fifo is a pipe, not a database")]
    [InlineData("compare fifo base.duckdb", "fifo is a pipe, not a database")]
    [InlineData("query /dev/zero FROM\u00a0runs", "/dev/zero is a device, not a database")]
    [InlineData("replay trace.arrow --cost-model /dev/zero", "/dev/zero has more than 4194304 bytes, but must have 4194304 at most")]
    [InlineData("replay trace.arrow --topology /dev/zero", "/dev/zero has more than 4194304 bytes")]
    [InlineData("replay trace.arrow --plugin /dev/zero", "/dev/zero has more than 67108864 bytes")]
    [InlineData("compare base.duckdb head.duckdb --rules /dev/zero", "/dev/zero has more than 1048576 bytes")]
    [InlineData("ingest load.perf.data.zst --probe-map /dev/zero", "/dev/zero has more than 1048576 bytes")]
    [InlineData("ci --config /dev/zero", "/dev/zero has more than 1048576 bytes")]
    public void What_would_be_lost_or_never_ends_is_rejected(string line, string message)
    {
        MakeDatabases(line);
        _folder.Put("main.c", System.Text.Encoding.UTF8.GetBytes(Foreign));
        _folder.Put("r.toml", "hit_rate = \"-1pp\"\n"u8);
        File.Copy(Path.Combine(RepositoryFiles.Root, "src", "Replay", "Costs", "lwn-2016.json"), _folder.Of("m.json"));
        Assert.Equal(0, Tool.Shell(_folder.Path, "mkfifo fifo").Code);
        string[] before = [.. _folder.Names];
        Refused(Run(line, ""), message);
        Assert.Equal(before, _folder.Names);
        Assert.Equal(Foreign, File.ReadAllText(_folder.Of("main.c")));
    }

    [Fact]
    public void Rows_replace_rows_of_the_same_columns()
    {
        MakeDatabases("base.duckdb");
        foreach (string name in (string[])["rows.csv", "rows.json"])
        {
            Assert.Equal(0, Tool.Run(_folder.Path, "query", "base.duckdb", "SELECT 1 AS a, 2 AS b WHERE FALSE", "-o", name).Code);
            Assert.Equal(0, Tool.Run(_folder.Path, "query", "base.duckdb", "SELECT 3 AS a, 4 AS b", "-o", name).Code);
            Refused(Tool.Run(_folder.Path, "query", "base.duckdb", "SELECT 5 AS c", "-o", name), $"refusing to overwrite {name}: it is not a ");
            Assert.Equal(0, Tool.Shell(_folder.Path, $"echo 'SELECT 3 AS a, 1 AS b; SELECT 5 AS c' | $TOOL query base.duckdb -o {name}").Code);
            Assert.Contains("5", File.ReadAllText(_folder.Of(name)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Standard_input_is_an_input_too() => Assert.Equal(
        "forktrace: refusing to overwrite load.perf.data.zst: it is the input /dev/stdin of this run\n",
        Tool.Shell(_folder.Path, "$TOOL ingest - --force -o load.perf.data.zst < load.perf.data.zst").Error);

    // Creates the databases that a line names, once, and only if a line names them.
    private void MakeDatabases(string line)
    {
        if (line.Contains("base.duckdb", StringComparison.Ordinal))
            Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.arrow", "--db", "base.duckdb").Code);
        if (line.Contains("head.duckdb", StringComparison.Ordinal))
            File.Copy(_folder.Of("base.duckdb"), _folder.Of("head.duckdb"));
    }

    private ToolOutcome Run(string line, string output) =>
        Tool.Run(_folder.Path, [.. line.Replace("OUT", output, StringComparison.Ordinal).Split(' ').Select(word => word.Replace('\u00a0', ' '))]);

    private static void Refused(ToolOutcome outcome, params string[] expected)
    {
        Assert.StartsWith("forktrace: ", outcome.Error, StringComparison.Ordinal);
        Assert.All(expected, text => Assert.Contains(text, outcome.Error, StringComparison.Ordinal));
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.Equal((Usage, ""), (outcome.Code, outcome.Out));
    }
}
