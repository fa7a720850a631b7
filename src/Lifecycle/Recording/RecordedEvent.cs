namespace ForkTrace.Lifecycle.Recording;

/// <summary>An event to record.</summary>
/// <param name="Name"><c>system:name</c>.</param>
/// <param name="Filter">The kernel's filter, null for none; <c>$TS</c> in it stands for the size of task_struct.</param>
/// <param name="Level">The least level that has it.</param>
/// <param name="Gain">What it tells.</param>
public sealed record RecordedEvent(string Name, string? Filter, RecordingLevel Level, string Gain)
{
    /// <summary>The text in <see cref="Filter"/> for the size of task_struct, which only the machine knows.</summary>
    public const string TaskStructBytes = "$TS";

    public bool NeedsTaskStructBytes => Filter?.Contains(TaskStructBytes, StringComparison.Ordinal) ?? false;
}
