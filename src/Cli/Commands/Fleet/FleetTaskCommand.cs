using ForkTrace.Analytics.Fleet;
using ForkTrace.Analytics.Storage;
using ForkTrace.Ingest.Input;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace fleet task</c>: replays recordings of a plan, by their numbers.</summary>
internal static class FleetTaskCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("task", "Replay recordings of a plan, by number; exit code 3 if one fails.")
        {
            Notes = () =>
            [
                "A task may be killed at any moment, and be run twice at once: its results are there whole or not at all.",
                "A task that fails is written down for forktrace fleet status, and the others go on.",
            ],
            Examples =
            [
                "forktrace fleet task 7",
                "forktrace fleet task 1-100 --plan fleet.toml",
                "forktrace fleet task $SLURM_ARRAY_TASK_ID --threads $SLURM_CPUS_PER_TASK",
            ],
        };
        Argument<string[]> numbers = new("N")
        {
            Description = "Numbers of tasks, and ranges of them (1-20), as forktrace fleet plan lists them.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> plan = new("--plan")
        {
            Description = "The plan.",
            HelpName = "PLAN",
            DefaultValueFactory = _ => FleetPlanFile.DefaultPath,
        };
        command.Add(numbers);
        command.Add(plan);
        TraceOptions trace = TraceOptions.WithoutFileOrFilter(command);
        command.SetAction(parsed =>
        {
            FleetPlanFile file = FleetPlanFile.Load(parsed.GetRequiredValue(plan), trace.Threads(parsed));
            FleetTask[] tasks = [.. parsed.GetRequiredValue(numbers).SelectMany(text => Range(text, file)).DistinctBy(task => task.Number)];
            using ResultsFolder folder = ResultsFolder.Open(file.Output);
            bool hasFailed = false;
            foreach (FleetTask task in tasks)
                hasFailed |= !Run(terminal, task, file, folder, path => trace.Open(parsed, path));
            return (int)(hasFailed ? ExitCode.InputRejected : ExitCode.Success);
        });
        return command;
    }

    private static bool Run(Terminal terminal, FleetTask task, FleetPlanFile file, ResultsFolder folder, Func<string, OpenedTrace> read)
    {
        FleetRecord record = file.Ledger.Read(task);
        string how = "done before";
        if (record.Result is null)
        {
            record = Try(task, file, folder, read);
            file.Ledger.Write(task, record);
            how = string.Create(CultureInfo.InvariantCulture, $"{record.State} in {record.Seconds:0.0} s");
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"task {task.Number}, {task.Name}");
        if (record.Message is not null)
            Terminal.Note($"forktrace: {name}: {record.Message}");
        else
            terminal.Out.WriteLine(EscapedText.Of($"{name}: {how}: {record.Result}"));
        return record.Message is null;
    }

    private static FleetRecord Try(FleetTask task, FleetPlanFile file, ResultsFolder folder, Func<string, OpenedTrace> read)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        double Seconds() => (DateTimeOffset.UtcNow - startedAt).TotalSeconds;
        try
        {
            using OpenedTrace events = read(task.Path);
            if (events.Facts.Digest.Length == 0)
                throw new UsageException($"{task.Path} has no digest of its recording: ingest the recording again");
            file.File.RefuseUnfit(file.Replay, events.Facts);
            RunDescription run = ResultsTarget.Released(new RunDescription(ToolVersion.Text, "", startedAt, DateTimeOffset.UtcNow));
            string place = ResultsFolder.PlaceOf(events.Facts, file.Replay, run, ResultsFolder.HostOf(events.Facts, task.Host));
            if (!folder.Settle(place))
                ResultsTarget.AddTo(folder, run, file.Replay, JudgedRun.Of(events, file.Replay, isKept: true), task.Host);
            return new FleetRecord(task.Name) { Result = place, Forks = events.Facts.Forks, Seconds = Seconds() };
        }
        catch (Exception failure) when (IsOfTask(failure))
        {
            return new FleetRecord(task.Name) { Message = failure.Message, Seconds = Seconds() };
        }
    }

    // The fault of a recording, or of the plan with this recording; not that of the tool, nor of the folder of results.
    private static bool IsOfTask(Exception failure) => failure
        is IngestException or EventFileException or DataLossException or UsageException or PolicyException or OutOfMemoryException
        or UnauthorizedAccessException or (IOException and not OutputException);

    private static IEnumerable<FleetTask> Range(string text, FleetPlanFile file)
    {
        string[] ends = text.Split('-');
        if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            || first < 1 || last < first || last > file.Tasks.Length)
        {
            throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"there is no task '{text}': the plan has tasks 1 to {file.Tasks.Length}; ranges are 1-20"));
        }

        return file.Tasks[(first - 1)..last];
    }
}
