using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ForkTrace.Events;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Matrix;

/// <summary>
/// Kernels that do not exist yet: a real recording with another layout of events, and matching format texts. The reader must take the
/// places of fields only from these texts.
/// </summary>
public sealed partial class UnknownKernelTests
{
    private static readonly TraceDatParts s_parts = TraceDatParts.OfSample();

    /// <summary>
    /// The own fields of every event in reverse order, with new fields before and between them, in larger pages.
    /// </summary>
    [Fact]
    public void Fields_in_another_order_among_new_ones_are_found()
    {
        (string System, string Text)[] formats = [.. s_parts.Formats.Select(format => (format.System, Rearranged(format.Text).Text))];
        TraceDatWriter writer = new() { Version = 7, PageBytes = 16384, Formats = formats };
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        using EventTable table = TemporaryTrace.Read(writer.Buffer("", "local", (0, Repacked(0)), (1, Repacked(1))));
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Assert.Equal(expected.Facts.EventsByKind, table.Facts.EventsByKind);
        Assert.Empty(table.Facts.Issues);
    }

    /// <summary>The kernel assigns ids at boot, so other kernels have other ids.</summary>
    [Fact]
    public void Ids_are_those_of_the_texts()
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        (string System, string Text)[] formats = [.. s_parts.Formats.Select(format => (format.System, OtherId(format.Text)))];
        byte[][] pages = [.. s_parts.Pages.Select(cpu => Pages(cpu, record => Relabelled(record)))];
        TraceDatWriter writer = new() { Version = 7, PageBytes = 16384, Formats = formats };
        using EventTable table = TemporaryTrace.Read(writer.Buffer("", "local", (0, pages[0]), (1, pages[1])));
        Assert.Equal(Row.Of(expected), Row.Of(table));
    }

    [Theory]
    [InlineData("sched_process_exit", "pid", "sched:sched_process_exit has no field 'pid'")]
    [InlineData("sched_process_fork", "child_pid", "sched:sched_process_fork has no field 'child_pid'")]
    [InlineData("task_newtask", "pid", "task:task_newtask has no field 'pid'")]
    [InlineData("sched_switch", "prev_state", "sched:sched_switch has no field 'prev_state'")]
    public void A_renamed_field_that_is_needed_is_named(string name, string field, string message)
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        using EventTable table = ReadWith(name, text => text.Replace($" {field};", $" new_{field};", StringComparison.Ordinal));
        ImportIssue issue = Assert.Single(table.Facts.Issues);
        Assert.Equal(("missing_field", IssueSeverity.DataLoss), (issue.Code, issue.Severity));
        Assert.Contains(message, issue.Message, StringComparison.Ordinal);
        EventKind kind = name switch
        {
            "sched_process_exit" => EventKind.Exit,
            "sched_process_fork" => EventKind.Fork,
            "task_newtask" => EventKind.NewTask,
            _ => EventKind.DeathSwitch,
        };
        Assert.Equal(expected.Facts.CountOf(kind), issue.Count);
        Assert.Equal(expected.Count - issue.Count, table.Count);
    }

    [Theory]
    [InlineData("task_newtask", "clone_flags")]
    [InlineData("sched_process_exit", "comm")]
    [InlineData("sched_process_free", "comm")]
    [InlineData("sched_switch", "next_pid")]
    public void A_renamed_field_that_is_not_needed_costs_itself_only(string name, string field)
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        string pattern = $@" {field}(\[16\])?;";
        using EventTable table = ReadWith(
            name, text => Regex.Replace(text, pattern, match => match.Value.Replace(field, "new" + field, StringComparison.Ordinal)));
        Assert.Equal(expected.TimesNs, table.TimesNs);
        Assert.Equal(expected.Kinds.ToArray(), table.Kinds.ToArray());
        Assert.Equal(expected.Tids, table.Tids);
    }

    [Fact]
    public void A_renamed_event_is_counted_by_its_new_name()
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        using EventTable table = ReadWith(
            "sched_process_exit", text => text.Replace("name: sched_process_exit", "name: sched_task_exit", StringComparison.Ordinal));
        long exits = expected.Facts.CountOf(EventKind.Exit);
        Assert.Equal(exits, table.Facts.EventsSkipped["sched:sched_task_exit"]);
        Assert.Equal((0L, expected.Count - exits), (table.Facts.CountOf(EventKind.Exit), table.Count));
    }

    [Fact]
    public void An_event_that_no_text_describes_is_counted_by_its_id()
    {
        using EventTable table = ReadWith("sched_process_exit", _ => "name: other\nID: 60000\nformat:\n");
        string id = IdLine().Match(s_parts.Format("sched_process_exit")).Groups[1].Value;
        Assert.Contains("id:" + id, table.Facts.EventsSkipped.Keys);
    }

    private static EventTable ReadWith(string name, Func<string, string> change)
    {
        (string System, string Text)[] formats =
        [
            .. s_parts.Formats.Select(format =>
                (format.System, format.Text.StartsWith($"name: {name}\n", StringComparison.Ordinal) ? change(format.Text) : format.Text)),
        ];
        TraceDatWriter writer = new() { Version = 7, Formats = formats };
        return TemporaryTrace.Read(writer.Buffer("", "local", (0, s_parts.Pages[0]), (1, s_parts.Pages[1])));
    }

    // The text with the event's own fields in reverse order, with 12 new bytes before each field; and the new place of each field.
    private static (string Text, List<(int From, int To, int Size)> Moves) Rearranged(string text)
    {
        const int OwnFieldsAt = 8, NewBytes = 12;
        List<(int From, int To, int Size)> moves = [];
        string[] lines = text.Split('\n');
        string[] own =
            [.. lines.Where(line => FieldLine().Match(line) is { Success: true } field && Number(field, "offset") >= OwnFieldsAt)];
        int at = OwnFieldsAt;
        List<string> moved = [];
        foreach (string line in own.Reverse())
        {
            Match field = FieldLine().Match(line);
            moved.Add(FormattableString.Invariant($"\tfield:char new_{at}[{NewBytes}];\toffset:{at};\tsize:{NewBytes};\tsigned:0;"));
            at += NewBytes;
            int size = Number(field, "size");
            moves.Add((Number(field, "offset"), at, size));
            moved.Add(OffsetWord().Replace(line, string.Create(CultureInfo.InvariantCulture, $"offset:{at};")));
            at += (size + 3) / 4 * 4;
        }

        int first = own.Length == 0 ? lines.Length : Array.IndexOf(lines, own[0]);
        return (string.Join('\n', [.. lines.Take(first), .. moved, .. lines.Skip(first).Except(own)]), moves);
    }

    private static byte[] Repacked(int cpu)
    {
        Dictionary<int, List<(int From, int To, int Size)>> moves = s_parts.Formats
            .ToDictionary(format => Number(IdLine().Match(format.Text), "id"), format => Rearranged(format.Text).Moves);
        return Pages(s_parts.Pages[cpu], record => Moved(record, moves[BitConverter.ToUInt16(record)]));
    }

    private static byte[] Moved(byte[] record, List<(int From, int To, int Size)> moves)
    {
        byte[] moved = new byte[moves.Count == 0 ? record.Length : moves.Max(move => move.To + move.Size)];
        moved.AsSpan().Fill(0xEE);
        record.AsSpan(0, 8).CopyTo(moved);
        foreach ((int from, int to, int size) in moves)
            record.AsSpan(from, size).CopyTo(moved.AsSpan(to));
        return moved;
    }

    private static string OtherId(string text) => IdLine().Replace(text, match => $"ID: {65000 - Number(match, "id")}");

    private static byte[] Relabelled(byte[] record)
    {
        byte[] relabelled = [.. record];
        BitConverter.TryWriteBytes(relabelled, (ushort)(65000 - BitConverter.ToUInt16(record)));
        return relabelled;
    }

    // The changed records, with one page of four times the size for each original page.
    private static byte[] Pages(byte[] pages, Func<byte[], byte[]> change)
    {
        List<byte> all = [];
        foreach (byte[] page in pages.Chunk(4096))
        {
            ulong time = BitConverter.ToUInt64(page);
            int end = 16 + (int)(BitConverter.ToUInt64(page, 8) & 0x7FFFFFF);
            PageWriter writer = new(pageBytes: 16384);
            for (int at = 16; at < end;)
            {
                uint header = BitConverter.ToUInt32(page, at);
                (uint type, uint delta) = (header & 31, header >> 5);
                int length = type <= 28 ? (int)type * 4 : 4;
                if (type is >= 1 and <= 28)
                    writer.LongEvent(delta, change(page[(at + 4)..(at + 4 + length)]));
                else if (type == 30)
                    writer.TimeExtend(delta + ((ulong)BitConverter.ToUInt32(page, at + 4) << 27));
                else if (type == 31)
                    writer.AbsoluteTime(delta + ((ulong)BitConverter.ToUInt32(page, at + 4) << 27));
                else
                    break;
                at += 4 + length;
            }

            all.AddRange(writer.Build(time));
        }

        return [.. all];
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"field:.*;\s*offset:(?<offset>\d+);\s*size:(?<size>\d+);")]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"offset:\d+;")]
    private static partial Regex OffsetWord();

    [GeneratedRegex(@"ID: (?<id>\d+)")]
    private static partial Regex IdLine();
}
