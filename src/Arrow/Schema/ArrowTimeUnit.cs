namespace ForkTrace.Arrow.Schema;

/// <summary>What a timestamp counts. The numbers are those of TimeUnit in the format's Schema.fbs.</summary>
public enum ArrowTimeUnit
{
    Second = 0,
    Millisecond = 1,
    Microsecond = 2,
    Nanosecond = 3,
}
