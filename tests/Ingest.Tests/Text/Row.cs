using ForkTrace.Events;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>One row of an event table, for comparison.</summary>
internal readonly record struct Row(long TimeNs, int Cpu, EventKind Kind, int Task, int Other, int Tid, string Comm, long Value)
{
    public static Row[] Of(EventTable table)
    {
        Row[] rows = new Row[table.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = new Row(
                table.TimesNs[row], table.Cpus[row], table.Kinds[row], table.Tasks[row], table.Others[row], table.Tids[row],
                table.CommNames[table.Comms[row]], table.Values[row]);
        }

        return rows;
    }

    /// <summary>The row as in a text, where function events have names, not addresses.</summary>
    public Row AsPrinted() =>
        Kind is EventKind.FunctionStackRcu or EventKind.FunctionVfree or EventKind.FunctionDelayedPut ? this with { Value = 0 } : this;

    /// <summary>The row without task numbers, which depend on the order of events in the same microsecond.</summary>
    public Row WithoutTasks() => this with { Task = 0, Other = 0 };
}
