using System.Diagnostics;

namespace ForkTrace.Cli.Streams;

/// <summary>One line on a terminal's standard error that says how far long work is, and is gone when the work is done.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const long QuietMs = 300;
    private const long IntervalMs = 100;
    private readonly Lock _lock = new();
    private readonly string _what;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _shownMs;

    private ProgressLine(string what) => _what = what;

    /// <summary>A line where standard error is a terminal, else null.</summary>
    public static ProgressLine? Start(string what) => Terminal.ErrorIsTerminal ? new ProgressLine(what) : null;

    /// <summary>Shows a fraction from 0 to 1; may be called by any thread, as often as it likes.</summary>
    public void Report(double fraction)
    {
        long nowMs = (long)Stopwatch.GetElapsedTime(_started).TotalMilliseconds;
        if (nowMs < QuietMs || nowMs - Volatile.Read(ref _shownMs) < IntervalMs)
            return;
        lock (_lock)
        {
            if (nowMs - _shownMs < IntervalMs)
                return;
            Volatile.Write(ref _shownMs, nowMs);
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{_what} {Math.Clamp(fraction, 0, 1) * 100:0} % "));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_shownMs > 0)
                Console.Error.Write($"\r{new string(' ', _what.Length + 7)}\r");
            _shownMs = long.MaxValue / 2;
        }
    }
}
