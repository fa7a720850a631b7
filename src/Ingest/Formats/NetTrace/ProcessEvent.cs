namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>What an event of the provider Universal.System says of a process.</summary>
internal enum ProcessEvent
{
    None,
    Create,
    Exit,
}
