namespace ForkTrace.Ingest.Merge;

/// <summary>How far a task's life has come, as its events told.</summary>
internal enum TaskState : byte
{
    Alive,
    Forking,
    Dying,
    Freed,
}
