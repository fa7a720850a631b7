namespace ForkTrace.Events;

/// <summary>
/// An event table as RFC 4180 text: a header line with the columns of <see cref="EventTable"/>, then one row per event. Lines end with a
/// line feed. Kinds are written by name, comms as in <see cref="CsvText"/>.
/// </summary>
public static class EventCsv
{
    /// <summary>The header line.</summary>
    internal const string Head = "ts_ns,cpu,kind,task,other,tid,comm,value\n";

    public static void Write(EventTable events, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(writer);
        string[] comms = [.. events.CommNames.Names.Select(CsvText.Of)];
        writer.Write(Head);
        Span<char> line = stackalloc char[256];
        for (int row = 0; row < events.Count; row++)
        {
            bool fits = line.TryWrite(
                CultureInfo.InvariantCulture,
                $"{events.TimesNs[row]},{events.Cpus[row]},{EventKinds.Name(events.Kinds[row])},"
                + $"{events.Tasks[row]},{events.Others[row]},{events.Tids[row]},",
                out int length);
            System.Diagnostics.Debug.Assert(fits, "Numbers and a kind's name are shorter than the line.");
            writer.Write(line[..length]);
            writer.Write(comms[events.Comms[row]]);
            line.TryWrite(CultureInfo.InvariantCulture, $",{events.Values[row]}\n", out length);
            writer.Write(line[..length]);
        }
    }
}
