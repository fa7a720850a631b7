using ForkTrace.Events;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>Checks that every event table must pass, even if the input was damaged.</summary>
public static class TableCheck
{
    /// <summary>Throws if times decrease, an index is invalid, or the table cannot be written.</summary>
    public static void Hold(EventTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadOnlySpan<long> times = table.TimesNs;
        for (int row = 0; row < table.Count; row++)
        {
            if (row > 0 && times[row] < times[row - 1])
                throw new InvalidDataException($"Time falls from {times[row - 1]} to {times[row]} in row {row} of {table.Count}.");
            if ((uint)table.Comms[row] >= (uint)table.CommNames.Count)
                throw new InvalidDataException($"Row {row} has comm {table.Comms[row]} of {table.CommNames.Count}.");
            if (table.Cpus[row] >= table.Facts.Cpus)
                throw new InvalidDataException($"Row {row} is on CPU {table.Cpus[row]} of {table.Facts.Cpus}.");
            if (!Enum.IsDefined(table.Kinds[row]) || table.Tasks[row] < -1 || table.Others[row] < -1)
                throw new InvalidDataException($"Row {row} is {table.Kinds[row]} of tasks {table.Tasks[row]} and {table.Others[row]}.");
        }

        EventFile.WriteStream(table, Stream.Null);
    }
}
