using DuckDB.NET.Native;

namespace ForkTrace.Native.Tests;

/// <summary>The calendar of the bindings agrees with .NET's where that reaches, and with the engine's beyond.</summary>
public sealed class CalendarTests
{
    [Fact]
    public void Every_day_that_DateOnly_knows()
    {
        int epoch = new DateOnly(1970, 1, 1).DayNumber;
        for (int day = 0; day <= DateOnly.MaxValue.DayNumber; day++)
        {
            DateOnly expected = DateOnly.FromDayNumber(day);
            DuckDBDateOnly date = DuckDBDateOnly.FromDuckDBDate(new DuckDBDate { Days = day - epoch });
            if ((date.Year, date.Month, date.Day) != (expected.Year, expected.Month, expected.Day) || date.ToDuckDBDate().Days != day - epoch)
                Assert.Fail($"Day {day} is {expected:O} and was read as {date}.");
        }
    }

    [Theory]
    [InlineData("5877642-06-25 (BC)", -5877641, 6, 25)]
    [InlineData("5881580-07-10", 5881580, 7, 10)]
    [InlineData("0001-12-31 (BC)", 0, 12, 31)]
    [InlineData("0005-02-29 (BC)", -4, 2, 29)]
    [InlineData("20000-02-29", 20000, 2, 29)]
    public void Days_far_outside_it(string text, int year, byte month, byte day)
    {
        using Database database = Database.InMemory();
        DuckDBDateOnly date = database.Scalar<DuckDBDateOnly>($"SELECT '{text}'::DATE");
        Assert.Equal(new DuckDBDateOnly(year, month, day), date);
        Assert.Equal(text, database.Text("SELECT ?::DATE", date));
    }

    [Theory]
    [InlineData("1969-12-31 23:59:59.999999", 1969, 12, 31, 23, 59, 59, 999_999)]
    [InlineData("20000-02-29 12:34:56.000001", 20000, 2, 29, 12, 34, 56, 1)]
    public void Timestamps(string text, int year, byte month, byte day, byte hour, byte minute, byte second, int micros)
    {
        using Database database = Database.InMemory();
        DuckDBTimestamp timestamp = database.Scalar<DuckDBTimestamp>($"SELECT '{text}'::TIMESTAMP");
        Assert.Equal(new DuckDBTimestamp(new(year, month, day), new(hour, minute, second, micros)), timestamp);
        Assert.Equal(database.Scalar("SELECT epoch_us(?::TIMESTAMP)", text), timestamp.ToDuckDBTimestampStruct().Micros);
    }
}
