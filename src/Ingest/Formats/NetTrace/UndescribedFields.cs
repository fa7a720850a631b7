namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// The fields that one-collect does not describe: it stops at the first array and at the first pid_t. Linux 3.0 to 6.18 lay these records
/// out alike (include/trace/events/sched.h, task.h), except that since 6.16 some comms stand elsewhere, which is described.
/// </summary>
internal static class UndescribedFields
{
    // Where the described fields end in the kernel's record, then names and sizes of the next ones. Numbers are aligned to their size.
    private static readonly (string Event, int End, string Fields)[] s_layouts =
    [
        ("sched_switch", 8, "prev_comm:16 prev_pid:4 prev_prio:4 prev_state:8 next_comm:16 next_pid:4 next_prio:4"),
        ("sched_process_fork", 8, "parent_comm:16 parent_pid:4 child_comm:16 child_pid:4"),
        ("sched_process_fork", 12, "parent_pid:4 child_comm:loc child_pid:4"),
        ("sched_process_exit", 8, "comm:16 pid:4 prio:4"),
        ("sched_process_free", 8, "comm:16 pid:4 prio:4"),
        ("sched_process_free", 12, "pid:4 prio:4"),
        ("task_newtask", 8, "pid:4 comm:16 clone_flags:8"),
    ];

    /// <summary>Adds the fields of an event whose description ends early; false if it is none of these.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="end">Where the described fields end, with the header that is made up in front of the payload.</param>
    /// <param name="fields">The described fields.</param>
    /// <param name="dataLocs">Places of words that point into the payload.</param>
    public static bool TryAdd(string name, int end, List<FieldFormat> fields, List<int> dataLocs)
    {
        int recordEnd = end - NetTraceEvent.HeadBytes;
        string? rest = s_layouts.FirstOrDefault(layout => layout.Event == name && layout.End == recordEnd).Fields;
        foreach (string field in rest?.Split(' ') ?? [])
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            string text = field[(colon + 1)..];
            (string type, int size, int alignment) = text switch
            {
                "loc" => ("__data_loc char[]", 4, 4),
                "16" => ("char[]", 16, 1),
                _ => ("number", int.Parse(text, CultureInfo.InvariantCulture), int.Parse(text, CultureInfo.InvariantCulture)),
            };
            int offset = (recordEnd + alignment - 1) / alignment * alignment;
            fields.Add(new FieldFormat(field[..colon], type, NetTraceEvent.HeadBytes + offset, size, type == "number"));
            if (text == "loc")
                dataLocs.Add(NetTraceEvent.HeadBytes + offset);
            recordEnd = offset + size;
        }

        return rest is not null;
    }
}
