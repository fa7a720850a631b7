using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace ingest</c>: reads a recording once into an event file, for many replays.</summary>
internal static class IngestCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("ingest", "Read a recording into an Arrow file; for many quick replays.")
        {
            Examples =
            [
                "forktrace ingest trace.dat",
                "forktrace ingest perf.data.zst -o build.arrow",
                "forktrace ingest trace.dat --keep all --json",
                "forktrace ingest host.dat guest.dat -o both.arrow",
                "forktrace ingest trace.dat --from +10 --to +20 --scrub hash -o to-share.arrow",
            ],
        };
        TraceOptions trace = TraceOptions.ForRecording(command).WithProbeMap(command);
        ScrubOptions scrub = new(command);
        Option<string?> output = new("--output", "-o")
        {
            Description = "The file to write. Without it: the recording's name with .arrow, in the current folder.",
            HelpName = "OUT.arrow",
        };
        Option<string> keep = SharedOptions.Choice(
            "--keep", "Which events become rows: those that affect a stack, or all of known kinds.", "needed", "all");
        Option<bool> json = SharedOptions.Json();
        OutputOptions outputs = new(command, output);
        command.Add(keep);
        command.Add(json);
        command.SetAction(parsed =>
        {
            scrub.Check(parsed);
            string[] recordings = trace.Paths(parsed);
            OutputFile target = outputs.Begin(parsed).Add(parsed.GetValue(output) ?? EventFileName.Of(recordings[0]), OutputForm.Events);
            TraceFacts facts = Ingest(parsed, trace, scrub, parsed.GetRequiredValue(keep) == "all", target.Path);
            TraceEvidence evidence = TraceEvidence.Of(facts);
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, new IngestDocument(facts, evidence, target.Path), JsonDocuments.Default.IngestDocument);
            else
                IngestText.Write(terminal, facts, evidence, target.Path);
            return (int)ExitCode.Success;
        });
        return command;
    }

    // Write while reading, if possible; otherwise after all has been read.
    private static TraceFacts Ingest(ParseResult parsed, TraceOptions trace, ScrubOptions scrub, bool keepAll, string output)
    {
        TraceFacts? facts = null;
        void Write(EventStream events)
        {
            EventFile.Write(events, output, found => trace.RefuseLosses(parsed, found));
            facts = events.Facts;
        }

        if (!scrub.IsWanted(parsed) && trace.TryStream(parsed, keepAll, Write))
            return facts!;
        using EventTable whole = scrub.Apply(parsed, trace.ReadJoint(parsed, keepAll));
        EventFile.Write(whole, output);
        return whole.Facts;
    }
}

/// <summary>The text output of <c>ingest</c>.</summary>
internal static class IngestText
{
    public static void Write(Terminal terminal, TraceFacts facts, TraceEvidence evidence, string output)
    {
        LabelledLines lines = new(terminal);
        FactsText.WriteHead(lines, facts);
        FactsText.WriteEvents(lines, facts);
        EvidenceText.Write(lines, evidence);
        FactsText.WriteProblems(lines, facts);
        lines.Add("wrote", output);
    }
}
