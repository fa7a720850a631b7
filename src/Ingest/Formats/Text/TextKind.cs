namespace ForkTrace.Ingest.Formats.Text;

/// <summary>What a text is, by its first lines.</summary>
internal enum TextKind
{
    None,
    Ftrace,
    TraceCmdReport,
    PerfScript,
}
