using System.Numerics;

namespace ForkTrace.Replay.Policies;

/// <summary>What a kernel could know of a CPU's demand for stacks: counts of forks and deaths alone, of windows that are over.</summary>
internal enum DemandFeature
{
    /// <summary>Forks in the last window.</summary>
    Forks,

    /// <summary>Deaths in the last window.</summary>
    Deaths,

    /// <summary>The most stacks that forks of the last window were ahead of its deaths: what the window drew from a cache.</summary>
    Draw,

    /// <summary>The largest draw of late: it falls by an eighth per window.</summary>
    Recent,

    /// <summary>Windows since the last one with a fork.</summary>
    Idle,
}

/// <summary>
/// Demand for stacks on one CPU, kept at forks and deaths: eight numbers. Time is cut into windows of 2^shift ns, and a window is known by
/// its number. The policy <c>learned</c> keeps it in replays, and its training over recordings, so both see the same.
/// </summary>
internal struct DemandState
{
    /// <summary>Values of a feature are told apart by their highest bit: 0, 1, 2..3, 4..7, up to 64 and more.</summary>
    public const int Steps = 8;

    // Far beyond the last step; more would say no more.
    private const int IdleMax = 1 << 20;
    private long _window;
    private int _forksNow;
    private int _deathsNow;
    private int _drawNow;
    private int _forks;
    private int _deaths;
    private int _draw;
    private int _recentSixteenths;
    private int _idle;

    /// <summary>A CPU that nobody knows anything of.</summary>
    public static DemandState Fresh => new() { _idle = IdleMax };

    /// <summary>True if more windows without forks and deaths would change no step of a feature.</summary>
    public readonly bool IsAtRest =>
        (_forksNow | _deathsNow | _forks | _deaths | _draw | _recentSixteenths) == 0 && _idle >= 1 << (Steps - 2);

    /// <summary>The step of a value, 0 to <see cref="Steps"/> - 1.</summary>
    public static int StepOf(int value) => Math.Min(Steps - 1, 32 - BitOperations.LeadingZeroCount((uint)value));

    /// <summary>The value of a feature.</summary>
    public readonly int this[DemandFeature feature] => feature switch
    {
        DemandFeature.Forks => _forks,
        DemandFeature.Deaths => _deaths,
        DemandFeature.Draw => _draw,
        DemandFeature.Recent => (_recentSixteenths + 15) >> 4,
        _ => _idle,
    };

    /// <summary>Closes the windows before this one; false if it is the running one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveTo(long window)
    {
        if (window <= _window)
            return false;
        Close(window);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fork() => _drawNow = Math.Max(_drawNow, ++_forksNow - _deathsNow);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Death() => _deathsNow++;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Close(long window)
    {
        CloseOne(_forksNow, _deathsNow, _drawNow);
        (_forksNow, _deathsNow, _drawNow) = (0, 0, 0);
        long empty = window - _window - 1;
        _window = window;
        if (empty == 0)
            return;
        _idle = (int)Math.Min(IdleMax, _idle + empty - 1);
        for (long left = empty - 1; left > 0 && _recentSixteenths > 0; left--)
            Fade();
        CloseOne(0, 0, 0);
    }

    private void CloseOne(int forks, int deaths, int draw)
    {
        (_forks, _deaths, _draw) = (forks, deaths, draw);
        _idle = forks > 0 ? 0 : Math.Min(IdleMax, _idle + 1);
        Fade();
        _recentSixteenths = Math.Max(_recentSixteenths, draw << 4);
    }

    private void Fade() => _recentSixteenths = Math.Max(0, _recentSixteenths - Math.Max(1, _recentSixteenths >> 3));
}
