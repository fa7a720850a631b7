namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// The shapes of events by their field number in FtraceEvent: those in the public schema (ftrace_event.proto, sched.proto, task.proto,
/// irq.proto, kmem.proto), and those that the trace describes (generic_event_descriptors, since Perfetto v50).
/// </summary>
internal sealed class ShapeTable
{
    // Perfetto gives described events numbers from 65536 on. The kernel has at most a few thousand events.
    private const int DescribedMin = 65536;
    private const int DescribedMax = DescribedMin + 16384;

    private readonly EventShape?[] _known = new EventShape?[1024];
    private readonly EventShape?[] _described = new EventShape?[DescribedMax - DescribedMin];
    private readonly string?[] _names = new string?[DescribedMax - DescribedMin];

    public ShapeTable()
    {
        Add(4, "sched_switch", "prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid", "next_prio");
        Add(17, "sched_wakeup", "comm", "pid", "prio", "success", "target_cpu");
        Add(24, "softirq_entry", "vec");
        Add(25, "softirq_exit", "vec");
        Add(114, "sched_wakeup_new", "comm", "pid", "prio", "success", "target_cpu");
        Add(235, "task_newtask", "pid", "comm", "clone_flags", "oom_score_adj");
        Add(236, "task_rename", "pid", "oldcomm", "newcomm", "oom_score_adj");
        Add(237, "sched_process_exec", "filename", "pid", "old_pid");
        Add(238, "sched_process_exit", "comm", "pid", "tgid", "prio");
        Add(239, "sched_process_fork", "parent_comm", "parent_pid", "child_comm", "child_pid");
        Add(240, "sched_process_free", "comm", "pid", "prio");
        Add(242, "sched_process_wait", "comm", "pid", "prio");
        Add(301, "kmem_cache_alloc", "bytes_alloc", "bytes_req", "call_site", "gfp_flags", "ptr");
        Add(491, "sched_migrate_task", "comm", "pid", "prio", "orig_cpu", "dest_cpu", "running", "load");
    }

    /// <summary>The shape of an event; null if the event does not affect stacks or is unknown.</summary>
    public EventShape? Of(int field)
    {
        if ((uint)field < (uint)_known.Length)
            return _known[field];
        int described = field - DescribedMin;
        return (uint)described < (uint)_described.Length ? _described[described] : null;
    }

    /// <summary>The name of an event that does not affect stacks.</summary>
    public string NameOf(int field)
    {
        int described = field - DescribedMin;
        if ((uint)described < (uint)_names.Length && _names[described] is { } name)
            return name;
        return field == BundleField.SchedWaking ? "sched:sched_waking" : string.Create(null, $"ftrace_event:{field}");
    }

    /// <summary>Reads a GenericEventDescriptor: field_id = 1, event_descriptor = 2 (a DescriptorProto), group_name = 3.</summary>
    public void Describe(ReadOnlySpan<byte> descriptor)
    {
        int described = -1;
        ReadOnlySpan<byte> message = default, group = default;
        ProtoReader reader = new(descriptor);
        while (reader.TryNext())
        {
            if (reader.Field == 1)
                described = reader.Number < DescribedMax ? (int)reader.Number - DescribedMin : -1;
            else if (reader.Field == 2)
                message = reader.Bytes;
            else if (reader.Field == 3)
                group = reader.Bytes;
        }

        // Each bundle repeats the descriptors of its events.
        if ((uint)described >= (uint)_names.Length || _names[described] is not null)
            return;
        (string name, List<(string Name, int Number)> fields) = ReadMessageType(message);
        string system = Encoding.UTF8.GetString(group);
        _names[described] = system.Length == 0 ? name : $"{system}:{name}";
        KnownTracepoint? known = system.Length == 0 ? KnownByName(name) : KnownTracepoints.All.FirstOrDefault(
            one => one.System == system && one.Name == name && one.System != "ftrace");
        if (known is not null)
            _described[described] = new EventShape(known, fields);
    }

    // DescriptorProto: name = 1, field = 2 (a FieldDescriptorProto: name = 1, number = 3).
    private static (string Name, List<(string Name, int Number)> Fields) ReadMessageType(ReadOnlySpan<byte> message)
    {
        const int FieldsMax = 256;
        string name = "";
        List<(string Name, int Number)> fields = [];
        ProtoReader reader = new(message);
        while (reader.TryNext() && fields.Count < FieldsMax)
        {
            if (reader.Field == 1)
                name = Encoding.UTF8.GetString(reader.Bytes[..Math.Min(reader.Bytes.Length, 256)]);
            else if (reader.Field == 2)
                fields.Add(ReadFieldType(reader.Bytes));
        }

        return (name, fields);
    }

    private static (string Name, int Number) ReadFieldType(ReadOnlySpan<byte> message)
    {
        string name = "";
        int number = 0;
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 1)
                name = Encoding.UTF8.GetString(reader.Bytes[..Math.Min(reader.Bytes.Length, 256)]);
            else if (reader.Field == 3)
                number = (int)Math.Min(reader.Number, int.MaxValue);
        }

        return (name, number);
    }

    private static KnownTracepoint? KnownByName(string name) => KnownTracepoints.Named.FirstOrDefault(known => known.Name == name);

    private void Add(int field, string name, params string[] fields) =>
        _known[field] = new EventShape(KnownByName(name)!, fields.Select((one, index) => (one, index + 1)));
}
