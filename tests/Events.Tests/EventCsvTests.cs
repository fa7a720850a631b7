using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace ForkTrace.Events.Tests;

public sealed class EventCsvTests
{
    [Fact]
    public void Names_that_would_break_a_line_are_quoted()
    {
        using EventTable events = Odd();
        using StringWriter csv = new();
        EventCsv.Write(events, csv);
        Assert.Equal(
            "ts_ns,cpu,kind,task,other,tid,comm,value\n5,1,exit,0,-1,10,\"a,\"\"b\"\"\n\",-7\n6,0,death_switch,1,0,11,plain,32\n",
            csv.ToString());
    }

    [Theory]
    [InlineData("bash", "bash")]
    [InlineData("", "")]
    [InlineData("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1")]
    [InlineData("+1", "'+1")]
    [InlineData("-bash", "'-bash")]
    [InlineData("@sum(1)", "'@sum(1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("=a,b", "\"'=a,b\"")]
    [InlineData("a=b-c", "a=b-c")]
    public void A_text_is_never_a_formula(string text, string expected) => Assert.Equal(expected, CsvText.Of(text));

    [Fact]
    public void The_stream_holds_what_the_table_does()
    {
        using EventTable events = Odd();
        using MemoryStream stream = new();
        EventFile.WriteStream(events, stream);
        stream.Position = 0;
        using ArrowStreamReader reader = new(stream);
        RecordBatch batch = reader.ReadNextRecordBatch();
        Assert.Equal([5, 6], ((Int64Array)batch.Column(0)).Values.ToArray());
        Assert.Equal([-7, 32], ((Int64Array)batch.Column(7)).Values.ToArray());
        Assert.Equal("exit", ((StringArray)((DictionaryArray)batch.Column(2)).Dictionary).GetString((int)EventKind.Exit));
        Assert.Equal("plain", ((StringArray)((DictionaryArray)batch.Column(6)).Dictionary).GetString(2));
    }

    private static EventColumns Odd()
    {
        EventColumns events = new(2);
        events.Add(5, 1, EventKind.Exit, 0, -1, 10, 1, -7);
        events.Add(6, 0, EventKind.DeathSwitch, 1, 0, 11, 2, 32);
        events.Complete(new TraceFacts { Format = "made", Cpus = 2, Tasks = 2 }, new CommTable(["", "a,\"b\"\n", "plain"]));
        return events;
    }
}
