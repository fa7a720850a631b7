namespace ForkTrace.Cli.Commands;

/// <summary>The path and the form that export writes. An existing file is replaced only if it has the same form.</summary>
internal sealed class ExportTarget
{
    private const string StandardOutput = "-";

    private static readonly (string Form, string Suffix, OutputForm File)[] s_forms =
    [
        ("parquet", ".parquet", OutputForm.EventParquet),
        ("csv", ".csv", OutputForm.EventCsv),
        ("arrow", ".arrow", OutputForm.Events),
        ("arrow-stream", ".arrows", OutputForm.EventStream),
    ];

    private ExportTarget(string path, string form)
    {
        Path = path;
        Form = form;
    }

    /// <summary>Names of the forms.</summary>
    public static string[] Forms { get; } = [.. s_forms.Select(form => form.Form)];

    public string Path { get; }

    /// <summary>One of <see cref="Forms"/>.</summary>
    public string Form { get; }

    public bool IsStandardOutput => Path == StandardOutput;

    /// <summary>Checks the path before the work begins.</summary>
    /// <param name="outputs">The outputs of the run.</param>
    /// <param name="path">The file; <c>-</c> is standard output.</param>
    /// <param name="form">The form; null if the end of the path decides.</param>
    public static ExportTarget Of(OutputSet outputs, string path, string? form)
    {
        form ??= FormOf(path);
        ExportTarget target = new(path, form);
        if (target.IsStandardOutput)
        {
            if (form is "parquet" or "arrow")
                throw new UsageException(
                    $"{form} cannot be written to standard output, because it needs a seekable file: use csv or arrow-stream");
            if (form == "arrow-stream" && Terminal.OutIsTerminal)
                throw new UsageException("an Arrow stream is not for a terminal: send it to a file or a pipe");
            return target;
        }

        outputs.Add(path, s_forms.First(known => known.Form == form).File);
        return target;
    }

    public void Write(Terminal terminal, EventTable events)
    {
        if (IsStandardOutput)
        {
            WriteOut(terminal, events);
            return;
        }

        WriteFile(events);
    }

    private static string FormOf(string path)
    {
        foreach ((string form, string suffix, _) in s_forms)
        {
            if (path.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return form;
        }

        string suffixes = string.Join(", ", s_forms.Select(form => form.Suffix));
        throw new UsageException(path == StandardOutput
            ? "standard output needs a format: give --as"
            : $"{path} has no ending that names a format: end it in {suffixes}, or give --as");
    }

    private void WriteOut(Terminal terminal, EventTable events)
    {
        if (Form == "csv")
        {
            using HarmlessWriter harmless = new(terminal.Out);
            EventCsv.Write(events, Terminal.OutIsTerminal ? harmless : terminal.Out);
            return;
        }

        EventFile.WriteStream(events, terminal.OutBytes);
    }

    private void WriteFile(EventTable events)
    {
        switch (Form)
        {
            case "parquet":
                EventParquet.Write(events, Path);
                break;
            case "arrow":
                EventFile.Write(events, Path);
                break;
            case "csv":
                OutputFile.WriteText(Path, text => EventCsv.Write(events, text));
                break;
            default:
                OutputFile.Write(Path, stream => EventFile.WriteStream(events, stream));
                break;
        }
    }
}
