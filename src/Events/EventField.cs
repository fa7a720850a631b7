using Apache.Arrow;

namespace ForkTrace.Events;

/// <summary>
/// The meaning of a column of an event table. Arrow files contain it as metadata of the field (<c>unit</c>, <c>description</c>), Parquet
/// files in the file's metadata under <see cref="MetadataKey"/>.
/// </summary>
/// <param name="Name">Name in every export; the unit is its last word.</param>
/// <param name="Unit">Unit of the values; empty if they are names or counts, or differ by kind.</param>
/// <param name="Description">The content of the column.</param>
public sealed record EventField(string Name, string Unit, string Description)
{
    /// <summary>The key of a Parquet file's metadata that describes its columns: a JSON object with one member per column.</summary>
    public const string MetadataKey = "forktrace.columns";

    private static readonly ImmutableArray<EventField> s_all =
    [
        new("ts_ns", "ns", "Time of the trace clock, not the time of day."),
        new("cpu", "", "CPU whose buffer contained the event."),
        new("kind", "", "What happened: newtask, fork, exit, death_switch, free and so on (docs/json.md)."),
        new("task", "", "Dense id of the subject: a reused tid gets a new id; -1 for the idle task."),
        new("other", "", "Dense id of the other task of the event: parent, child or next task; -1 for none."),
        new("tid", "", "Thread id of the subject, in the root pid namespace."),
        new("comm", "", "Name of the subject as recorded. Bytes that are not UTF-8, and backslashes, are written \\xNN."),
        new("value", "", "Depends on the kind: clone flags, prev_state, size and so on."),
    ];

    /// <summary>The columns of a recording in order. If its clock counts ticks, the unit of times is ticks.</summary>
    public static ImmutableArray<EventField> Of(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return s_all.SetItem(0, s_all[0] with { Unit = facts.ClockUnit });
    }

    /// <summary>An Arrow field with the meaning of its column as metadata.</summary>
    internal Field Describe(Field field) => new(
        field.Name,
        field.DataType,
        field.IsNullable,
        Unit.Length == 0
            ? [KeyValuePair.Create("description", Description)]
            : [KeyValuePair.Create("unit", Unit), KeyValuePair.Create("description", Description)]);
}
