using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace export</c>: writes the events of a trace, or of a part of it, for other programs and other people.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("export", "Write the events of a trace as Parquet, CSV or Arrow; --scrub makes them fit for sharing.")
        {
            Examples =
            [
                "forktrace export trace.dat -o events.parquet",
                "forktrace export trace.arrow --from +10 --to +20 --comm 'make*' -o make.csv",
                "forktrace export trace.dat --scrub hash -o to-share.arrow",
                "forktrace export trace.dat --as csv -o - | head",
            ],
        };
        TraceOptions trace = TraceOptions.ForAny(command);
        ScrubOptions scrub = new(command);
        Option<string> output = new("--output", "-o")
        {
            Description = "The file to write; - for standard output.",
            HelpName = "OUT",
            Required = true,
        };
        Option<string?> form = new("--as")
        {
            Description = "The form. Without it: the end of the name decides (.parquet, .csv, .arrow, .arrows).",
            HelpName = string.Join('|', ExportTarget.Forms),
        };
        form.AcceptOnlyFromAmong(ExportTarget.Forms);
        Option<bool> json = SharedOptions.Json();
        OutputOptions outputs = new(command, output);
        command.Add(form);
        command.Add(json);
        command.SetAction(parsed =>
        {
            scrub.Check(parsed);
            ExportTarget target = ExportTarget.Of(outputs.Begin(parsed), parsed.GetRequiredValue(output), parsed.GetValue(form));
            if (target.IsStandardOutput && parsed.GetValue(json))
                throw new UsageException("--json and -o - would both write to standard output");
            using EventTable events = scrub.Apply(parsed, trace.Read(parsed));
            target.Write(terminal, events);
            Tell(terminal, events.Facts, target, parsed.GetValue(json));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static void Tell(Terminal terminal, TraceFacts facts, ExportTarget target, bool json)
    {
        if (facts.HasDataLoss)
            Terminal.Note($"forktrace: {facts.Trace}: {FactsText.DataLoss(facts)}");
        if (json)
            JsonOutput.Write(
                terminal, new IngestDocument(facts, TraceEvidence.Of(facts), target.Path), JsonDocuments.Default.IngestDocument);
        else if (!target.IsStandardOutput)
            Terminal.Note($"wrote {Readable.Count(facts.EventsStored)} events to {target.Path} ({target.Form})");
    }
}
