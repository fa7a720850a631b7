namespace DuckDB.NET.Native;

/// <summary>
/// The proleptic Gregorian calendar over the engine's whole range of days, which is far wider than <see cref="DateOnly"/>'s. Years are
/// counted from March, so that the leap day is a year's last, in eras of 400 years.
/// </summary>
internal static class CivilCalendar
{
    private const int DaysPerEra = 146_097;
    private const int DaysPerCentury = 36_524;
    private const int DaysPerFourYears = 1_461;

    // Days from 0000-03-01 to 1970-01-01.
    private const int EpochFromMarchOfYearZero = 719_468;

    public static DuckDBDateOnly FromDays(long daysSinceEpoch)
    {
        long days = daysSinceEpoch + EpochFromMarchOfYearZero;
        long era = Math.DivRem(days, DaysPerEra, out long dayOfEra);
        if (dayOfEra < 0)
            (era, dayOfEra) = (era - 1, dayOfEra + DaysPerEra);
        long leapDaysPassed = (dayOfEra / (DaysPerFourYears - 1)) - (dayOfEra / DaysPerCentury) + (dayOfEra / (DaysPerEra - 1));
        long yearOfEra = (dayOfEra - leapDaysPassed) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        long day = dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1;
        long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        return new DuckDBDateOnly(checked((int)((400 * era) + yearOfEra + (month <= 2 ? 1 : 0))), (byte)month, (byte)day);
    }

    public static long ToDays(DuckDBDateOnly date)
    {
        long year = date.Month <= 2 ? date.Year - 1L : date.Year;
        long era = (year >= 0 ? year : year - 399) / 400;
        long yearOfEra = year - (era * 400);
        long monthFromMarch = date.Month > 2 ? date.Month - 3 : date.Month + 9;
        long dayOfYear = (((153 * monthFromMarch) + 2) / 5) + date.Day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * DaysPerEra) + dayOfEra - EpochFromMarchOfYearZero;
    }
}
