using System.Diagnostics;
using System.Text;
using ForkTrace.Cli.Plugins;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>User policies that hang, allocate without limit, exit, throw in a thread or overflow the stack: the message names each
/// fault.</summary>
public sealed class PolicyChildTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public PolicyChildTests() => _folder.Put("t.arrow", SyntheticTrace.Random(5, 2000, 3));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("while (true) { }", "policy every-second did not come back within 2s: it hangs, or needs a longer --policy-timeout")]
    [InlineData("System.Threading.Thread.Sleep(-1);", "policy every-second did not come back within 2s: it hangs, or needs a longer --policy-timeout")]
    [InlineData("Keep.All();", "policy every-second made the process grow by more than 64 MiB, which --policy-memory allows")]
    [InlineData("Keep.Native();", "policy every-second made the process grow by more than 64 MiB, which --policy-memory allows")]
    [InlineData("Environment.Exit(0);", "policy every-second ended the process, with exit code 0")]
    [InlineData("Environment.Exit(3);", "policy every-second ended the process, with exit code 3")]
    [InlineData("Keep.Thread();", "policy every-second threw in a thread of its own: InvalidOperationException: of its own")]
    [InlineData("Keep.Deep(0);", "policy every-second crashed the process: its stack is full, or its memory is damaged (SIGABRT)")]
    public void A_policy_that_breaks_the_process_is_named(string fault, string message)
    {
        Put("bad.cs", fault);
        string[] limits = ["--policy-timeout", "2s", "--policy-memory", "64"];
        ToolOutcome check = Tool.Run(_folder.Path, ["policy", "check", "bad.cs", .. limits]);
        Assert.Equal(4, check.Code);
        Assert.Empty(check.Out);
        Assert.EndsWith($"forktrace: {message}\n", check.Error, StringComparison.Ordinal);

        ToolOutcome run = Tool.Run(
            _folder.Path, ["run", "t.arrow", "--policy-file", "bad.cs", "--policy", "linux-4.9", "--policy", "every-second", .. limits]);
        Assert.Equal(2, run.Code);
        Assert.Empty(run.Out);
        Assert.EndsWith($"forktrace: {message}\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(["bad.cs", "t.arrow"], _folder.Names);
    }

    [Fact]
    public void A_plan_sets_the_limits_too()
    {
        Put("bad.cs", "while (true) { }");
        File.WriteAllText(_folder.Of("forktrace.toml"), """
            traces = ["t.arrow"]
            baseline = "baseline.json"
            policy-file = ["bad.cs"]
            policies = ["every-second"]
            policy-timeout = "1s"
            """);
        ToolOutcome outcome = Tool.Run(_folder.Path, "ci", "--update-baseline");
        Assert.Equal(2, outcome.Code);
        Assert.EndsWith(
            "forktrace: policy every-second did not come back within 1s: it hangs, or needs a longer --policy-timeout\n",
            outcome.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_code_ends_the_process_when_it_is_loaded_is_named()
    {
        string source = PluginTests.Example().Replace(
            "public static PolicyDescriptor Descriptor { get; } = new(",
            "public static PolicyDescriptor Descriptor { get; } = Keep.Exit() ?? new(",
            StringComparison.Ordinal);
        source += "static class Keep { public static PolicyDescriptor? Exit() { Environment.Exit(0); return null; } }";
        _folder.Put("bad.cs", Encoding.UTF8.GetBytes(source));
        ToolOutcome outcome = Tool.Run(_folder.Path, "list", "policies", "--policy-file", "bad.cs");
        Assert.Equal((2, "", "forktrace: bad.cs ended the process, with exit code 0\n"), (outcome.Code, outcome.Out, outcome.Error));
    }

    [Theory]
    [InlineData("--policy-timeout", "soon", "policy-timeout: 'soon' is not a duration")]
    [InlineData("--policy-memory", "2GiB", "policy-memory is '2GiB', but must be a number of MiB, 16 to 16777216")]
    public void Limits_of_another_form_are_rejected(string option, string value, string message)
    {
        Put("my.cs", "");
        ToolOutcome outcome = Tool.Run(_folder.Path, "policy", "check", "my.cs", option, value);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Streams_exit_codes_and_results_pass_through()
    {
        Put("my.cs", "");
        ToolOutcome fine = Tool.Shell(_folder.Path, "cat t.arrow > /dev/null; $TOOL replay t.arrow --policy-file my.cs --policy every-second --json | head -c 2");
        Assert.Equal("{\n", fine.Out);
        ToolOutcome run = Tool.Run(_folder.Path, "run", "t.arrow", "--policy-file", "my.cs");
        Assert.Equal(0, run.Code);
        Assert.Equal($"results are in {_folder.Of("results.duckdb")}, run 1\n", run.Error);
    }

    // The child process must end when the tool ends.
    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public void The_child_ends_with_its_parent(string signal)
    {
        Put("bad.cs", "System.IO.File.WriteAllText(\"pid\", Environment.ProcessId.ToString()); while (true) { }");
        ToolOutcome outcome = Tool.Shell(
            _folder.Path,
            "$TOOL replay t.arrow --policy-file bad.cs --policy every-second & "
            + "for i in $(seq 600); do [ -s pid ] && break; sleep 0.1; done; "
            + $"kill -{signal} $!; for i in $(seq 100); do kill -0 $(cat pid) 2> /dev/null || {{ echo gone; break; }}; sleep 0.1; done");
        Assert.Equal("gone\n", outcome.Out);
    }

    private void Put(string name, string fault)
    {
        string source = PluginTests.Example().Replace(
            "public void Allocate(StackLedger ledger, int cpu, int task)\n    {",
            $"public void Allocate(StackLedger ledger, int cpu, int task)\n    {{\n        {fault}",
            StringComparison.Ordinal);
        _folder.Put(name, Encoding.UTF8.GetBytes(source + """

            static class Keep
            {
                private static readonly List<byte[]> s_kept = [];

                public static void All()
                {
                    while (true)
                    {
                        byte[] block = new byte[1 << 20];
                        Array.Fill(block, (byte)1);
                        s_kept.Add(block);
                    }
                }

                public static void Native()
                {
                    while (true)
                    {
                        nint memory = System.Runtime.InteropServices.Marshal.AllocHGlobal(1 << 20);
                        for (int at = 0; at < 1 << 20; at += 4096)
                            System.Runtime.InteropServices.Marshal.WriteByte(memory, at, 1);
                    }
                }

                public static void Thread()
                {
                    System.Threading.Thread thread = new(() => throw new InvalidOperationException("of its own"));
                    thread.Start();
                    thread.Join();
                }

                public static int Deep(int depth) => Deep(depth + 1) + 1;
            }
            """));
    }

    // A child that ends between two polls must not end its parent.
    [Fact]
    public void A_process_that_has_ended_has_no_memory()
    {
        using Process ended = Process.Start("true");
        ended.WaitForExit();
        Assert.Equal(0, PolicyParent.ResidentBytes(ended));
    }
}
