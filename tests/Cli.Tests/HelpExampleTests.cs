using System.CommandLine;
using ForkTrace.Cli.Shared;
using ForkTrace.Cli.Streams;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Every example in the help of a command works, with shipped recordings under the names that the examples use.</summary>
public sealed class HelpExampleTests(HelpExampleTests.Recordings recordings) : IClassFixture<HelpExampleTests.Recordings>
{
    private const string Slurm = "SLURM_ARRAY_TASK_ID=7 SLURM_CPUS_PER_TASK=1";

    // Examples that are not run here, and the reasons.
    private static readonly (string Example, string Why)[] s_elsewhere =
    [
        ("perf record -a", "needs the rights to record all tasks of a machine; WatchTests reads from a pipe"),
        ("forktrace record", "needs the rights to record all tasks of a machine; RecordTests runs it with another perf"),
        ("forktrace synth build", "takes minutes and gigabytes"),
        ("forktrace calibrate function_graph.txt", "needs a longer recording than those that are shipped; CalibrateTests makes one"),
        ("forktrace ingest host.dat guest.dat", "needs two recordings of the same time; IngestTests makes them"),
        ("forktrace export trace.arrow --from +10", "needs a make that takes more than ten seconds; ExportTests uses other times"),
    ];

    // What an example needs besides its words: variables, only recordings with the kernel's own answer, or standard input.
    private static readonly (string Example, string Before, string After)[] s_additions =
    [
        ("forktrace fleet task $SLURM_ARRAY_TASK_ID", $"export {Slurm}; ", ""),
        ("forktrace completion powershell", "export PROFILE=profile.ps1; ", ""),
        ("forktrace validate", "rm -f ?.perf.data; ", ""),
        ("forktrace watch -", "", " < pipe.data"),
        ("forktrace query results.duckdb", "", " <<< 'SELECT 1;'"),
    ];

    // Rules and agreements that shipped recordings do not meet.
    private const int NotMet = 4;

    public static TheoryData<string> Commands => [.. ForkTraceTool.Commands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_example_of_a_command_runs(string name)
    {
        using WorkFolder folder = new();
        recordings.CopyTo(folder.Path);
        foreach (string example in Examples(name).Where(example => !Array.Exists(s_elsewhere, row => IsOf(example, row.Example))))
        {
            (_, string before, string after) = s_additions.FirstOrDefault(row => example == row.Example || IsOf(example, row.Example + " "));
            ToolOutcome outcome = Tool.CleanShell(folder.Path, 120, before + example + after);
            Assert.True(outcome.Code is 0 or NotMet, $"{example}: exit code {outcome.Code}\n{outcome.Out}\n{outcome.Error}");
        }
    }

    [Fact]
    public void What_is_not_run_is_an_example()
    {
        string[] all = [.. ForkTraceTool.Commands.SelectMany(command => Examples(command.Name))];
        Assert.All(s_elsewhere, row => Assert.Contains(all, example => IsOf(example, row.Example)));
        Assert.All(s_additions, row => Assert.Contains(all, example => IsOf(example, row.Example)));
    }

    private static bool IsOf(string example, string start) => example.StartsWith(start, StringComparison.Ordinal);

    private static IEnumerable<string> Examples(string name)
    {
        using Terminal terminal = new();
        return ExamplesOf(ForkTraceTool.Commands.Single(command => command.Name == name).Create(terminal)).Distinct();
    }

    private static IEnumerable<string> ExamplesOf(Command command) =>
        [.. (command as ToolCommand)?.Examples ?? [], .. command.Subcommands.SelectMany(ExamplesOf)];

    /// <summary>A folder with the files that the examples name.</summary>
    public sealed class Recordings : IDisposable
    {
        private const int FleetTasks = 100;

        private static readonly (string File, string Sample)[] s_files =
        [
            ("trace.dat", "vm-6.1/prefork.dat"), ("perf.data", "native-6.18/pthread.perf.data.zst"),
            ("perf.data.zst", "native-6.18/make.perf.data.zst"), ("pipe.data", "formats/perf_pipe.data"),
            ("a.dat", "native-6.18/pthread.perf.data.zst"), ("b.dat", "native-6.18/fork.perf.data.zst"),
            .. new[] { "load", "before", "after" }.SelectMany(load => new[]
            {
                ($"{load}-1.dat", "kernels/ftrace_s390x.txt.zst"), ($"{load}-2.dat", "kernels/ftrace_riscv64.txt.zst"),
                ($"{load}-3.dat", load == "after" ? "kernels/ftrace_arm64.txt.zst" : "kernels/ftrace_rt-amd64.txt.zst"),
            }),

            // More than eight, of which learn can pick eight.
            .. new[] { "fork", "make", "prefork", "shell" }.Select(load => ($"{load}.perf.data", $"native-6.18/{load}.perf.data.zst")),
            ("1.perf.data", "formats/perf_file.data"), ("2.perf.data", "formats/v7_default.dat"), ("3.perf.data", "formats/v6.dat.zst"),
            ("4.perf.data", "formats/v7_tsc2nsec_none.dat.zst"), ("5.perf.data", "vm-6.1/prefork.dat"),
        ];

        private readonly WorkFolder _folder = new();

        public Recordings()
        {
            foreach ((string file, string sample) in s_files)
                File.Copy(RepositoryFiles.SampleTrace(sample), _folder.Of(file));
            for (int task = 1; task <= FleetTasks; task++)
                File.Copy(RepositoryFiles.SampleTrace("formats/ftrace_default.txt.zst"), Place($"recordings/{task}.zst"));
            PutTexts();
            foreach (string folder in (string[])["traces", ".zfunc", ".config/fish/completions", ".local/share/bash-completion/completions"])
                Directory.CreateDirectory(_folder.Of(folder));
            Run("""
                set -e
                forktrace ingest trace.dat -o trace.arrow
                forktrace calibrate a.dat -o my-machine.json
                forktrace run make.perf.data --policy linux-4.9 --out forktrace-results
                for recording in *.perf.data; do forktrace run $recording --policy linux-4.9; done
                forktrace ci --config perf/forktrace.toml --update-baseline
                cp results.duckdb base.duckdb
                cp results.duckdb head.duckdb
                cp -r forktrace-results results
                """);
        }

        public void CopyTo(string folder)
        {
            foreach (string path in Directory.GetDirectories(_folder.Path, "*", SearchOption.AllDirectories))
                Directory.CreateDirectory(Path.Combine(folder, Path.GetRelativePath(_folder.Path, path)));
            foreach (string path in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
                File.Copy(path, Path.Combine(folder, Path.GetRelativePath(_folder.Path, path)));
        }

        public void Dispose() => _folder.Dispose();

        private void PutTexts()
        {
            string policy = new DocumentedCommands("docs/policy-writing.md").TextOf("csharp");
            PluginAssembly.Build(_folder.Of("my-policies.dll"), policy);
            (string File, string Text)[] texts =
            [
                ("my.cs", policy),
                ("questions.sql", "SELECT 1;\n"),
                ("rules.toml", "[rules]\nhit_rate = \"-0.5pp\"\n"),
                ("forktrace.toml", "traces = [\"make.perf.data\"]\n"),
                ("perf/forktrace.toml", "traces = [\"../make.perf.data\"]\n"),
                ("fleet.toml", "traces = [\"recordings/*\"]\npolicies = [\"linux-4.9\"]\n"),
                ("probes.toml", "[[probe]]\nevent = \"gt:vmalloc\"\nmeans = \"stack-mapped\"\nwhere = \"size == 16384\"\n"),
                ("splits.tsv", "recording\tload\tmachine\tfold\n" + string.Concat(s_files.Where(row => row.File.EndsWith(".perf.data", StringComparison.Ordinal))
                    .Select((row, place) => $"{row.File}\tload {place / 2}\tmachine {place % 2}\t{place / 2 % 3}\n"))),
            ];
            foreach ((string file, string text) in texts)
                File.WriteAllText(Place(file), text);
        }

        private string Place(string file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.Of(file))!);
            return _folder.Of(file);
        }

        private void Run(string lines)
        {
            ToolOutcome outcome = Tool.CleanShell(_folder.Path, 120, lines);
            Assert.True(outcome.Code == 0, outcome.Error);
        }
    }
}
