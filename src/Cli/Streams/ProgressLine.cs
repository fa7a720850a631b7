using System.Diagnostics;

namespace ForkTrace.Cli.Streams;

/// <summary>
/// One line of progress on standard error, if that is a terminal. It disappears when the work is done. A timer reads the counters a few times
/// per second; the code that counts does not depend on it. Work of less than half a second shows nothing.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const int QuietMs = 500;
    private const int IntervalMs = 200;
    private static readonly Lock s_lock = new();
    private static int s_shownLength;

    private readonly WorkProgress _progress = new();
    private readonly Timer? _timer;
    private readonly long _started = Stopwatch.GetTimestamp();
    private WorkProgress.Step? _step;
    private long _stepStarted;
    private bool _isOver;

    private ProgressLine(bool isShown)
    {
        if (isShown)
            _timer = new Timer(_ => Show(), null, QuietMs, IntervalMs);
    }

    /// <summary>The counters for the work; null if nothing is shown.</summary>
    public WorkProgress? Progress => _timer is null ? null : _progress;

    /// <summary>True if the user asked for no progress.</summary>
    public static bool IsQuiet { get; set; }

    /// <summary>Starts to show progress if standard error is a terminal and <see cref="IsQuiet"/> is false.</summary>
    public static ProgressLine Start() => new(Terminal.ErrorIsTerminal && !IsQuiet);

    /// <summary>Takes the line off the terminal, so that something else can be written.</summary>
    public static void Clear()
    {
        lock (s_lock)
        {
            if (s_shownLength > 0)
                Console.Error.Write($"\r{new string(' ', s_shownLength)}\r");
            s_shownLength = 0;
        }
    }

    public void Dispose()
    {
        lock (s_lock)
            _isOver = true;
        _timer?.Dispose();
        Clear();
    }

    private void Show()
    {
        if (_progress.Now is not { } step)
            return;
        lock (s_lock)
        {
            if (_isOver)
                return;
            if (step != _step)
                (_step, _stepStarted) = (step, _step is null ? _started : Stopwatch.GetTimestamp());
            string text = ProgressText.Of(step.What, step.Unit, step.Done, step.Total, Stopwatch.GetElapsedTime(_stepStarted));
            Console.Error.Write($"\r{text.PadRight(s_shownLength)}");
            s_shownLength = text.Length;
        }
    }
}

/// <summary>A step of work in words: <c>reading 45 %, 12.3 of 27.4 MiB, 3 s left</c>.</summary>
internal static class ProgressText
{
    private static readonly TimeSpan s_tooEarly = TimeSpan.FromSeconds(1);

    public static string Of(string what, string unit, long done, long total, TimeSpan elapsed)
    {
        if (total <= 0)
            return done > 0 ? $"{what}, {Amount(done, unit)}" : $"{what} ...";
        double share = Math.Clamp((double)done / total, 0, 1);
        string percent = string.Create(CultureInfo.InvariantCulture, $"{what} {100 * share:0} %");
        string amount = unit.Length == 0 ? "" : $", {Amount(Math.Min(done, total), "")} of {Amount(total, unit)}";
        if (unit == "bytes")
            amount = string.Create(CultureInfo.InvariantCulture, $", {Mebibytes(Math.Min(done, total))} of {Mebibytes(total)} MiB");
        return $"{percent}{amount}{Left(share, elapsed)}";
    }

    private static string Left(double share, TimeSpan elapsed)
    {
        if (share <= 0 || share >= 1 || elapsed < s_tooEarly)
            return "";
        double seconds = Math.Ceiling(elapsed.TotalSeconds * (1 - share) / share);
        return seconds < 100
            ? string.Create(CultureInfo.InvariantCulture, $", {seconds:0} s left")
            : string.Create(CultureInfo.InvariantCulture, $", {seconds / 60:0} min left");
    }

    private static string Amount(long count, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {unit}").TrimEnd();

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
}
