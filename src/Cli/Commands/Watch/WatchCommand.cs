using ForkTrace.Cli.Completion;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace watch</c>: shows, while perf records, what a running machine's stack cache does and what other policies would do.</summary>
internal static class WatchCommand
{
    private static readonly string[] s_alternatives = ["linux-5.18:capacity=2|4|8|16", "rcu-cache", "early-free"];

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("watch", "Show what a running machine's stack cache does, and what other policies would do.")
        {
            Notes = () => ["Policies and their parameters: forktrace list policies. More: docs/watch.md."],
            Examples =
            [
                "perf record -a -e sched:sched_process_fork,sched:sched_process_exit -o - | forktrace watch -",
                "forktrace watch - --interval 5 --db results.duckdb",
                "forktrace watch perf.data --json",
            ],
        };
        Argument<string> file = SharedOptions.File("FILE", "- for the output of perf record -o - as it comes; or a recording, replayed by its own clock.");
        Option<double> interval = Interval();
        Option<string[]> policies = new("--policy")
        {
            Description = "A policy to show beside the recorded kernel's own; may be given several times. "
                + "Without it: linux-5.18 with 2, 4, 8 and 16 stacks, rcu-cache, early-free.",
            HelpName = "NAME[:param=value,...]",
            Arity = ArgumentArity.OneOrMore,
        };
        policies.OfferPoliciesWithParameters();
        Option<string?> database = new("--db")
        {
            Description = "A database to add a row per interval and policy to (table watch_intervals); made if it is not there.",
            HelpName = "PATH",
        };
        Option<bool> json = new("--json") { Description = "Write one JSON object per interval, each on a line (docs/watch.md)." };
        command.Add(file);
        command.Add(interval);
        command.Add(policies);
        ConditionOptions conditions = ConditionOptions.ForOutcomes(command);
        OutputOptions outputs = new(command, database);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string[] others = parsed.GetValue(policies) is { Length: > 0 } given ? given : s_alternatives;
            ReplayRequest request = new() { Policies = ["linux", .. others], Conditions = conditions.Read(parsed) };
            ReplayPlan plan = request.Plan(threads: 1);
            if (ReplayEngine.NeedOfWhole(plan) is { } need)
                throw new UsageException($"{need}, which a recording that has not ended does not allow");
            OutputFile? results = parsed.GetValue(database) is { } path ? outputs.Begin(parsed).Add(path, OutputForm.Database) : null;
            bool isJson = parsed.GetValue(json);
            IWatchView view = isJson ? new WatchJson(terminal) : Terminal.OutIsTerminal ? new WatchScreen(terminal) : new WatchLines(terminal);
            WatchJob job = new(view, results is null ? null : new WatchRows(results));
            return job.Run(parsed.GetRequiredValue(file), plan, (long)(parsed.GetValue(interval) * 1e9));
        });
        return command;
    }

    private static Option<double> Interval()
    {
        const double Least = 0.1, Most = 86_400;
        Option<double> interval = new("--interval")
        {
            Description = "Length of an interval, in seconds of the recording's clock.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 1,
        };
        interval.Validators.Add(result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (double.TryParse(given, CultureInfo.InvariantCulture, out double seconds) && !(seconds is >= Least and <= Most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--interval is {given}, but must be {Least} to {Most} seconds"));
        });
        return interval;
    }
}

/// <summary>A view of the intervals of a watch.</summary>
internal interface IWatchView
{
    /// <summary>Shows an interval that has ended.</summary>
    void Show(ReplayInterval interval);

    /// <summary>Shows how long no event has come. Called about once per second.</summary>
    void ShowIdle(TimeSpan since);

    /// <summary>Shows the end of the watch; null if no interval has ended.</summary>
    void End(ReplayInterval? last);
}
