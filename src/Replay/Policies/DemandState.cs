using System.Numerics;

namespace ForkTrace.Replay.Policies;

/// <summary>What a kernel could know about a CPU's demand for stacks when a task dies there, from counts of forks and deaths
/// alone.</summary>
internal enum DemandFeature
{
    /// <summary>Forks in this window and the one before.</summary>
    Forks,

    /// <summary>Deaths in this window and the one before, including this death.</summary>
    Deaths,

    /// <summary>The largest excess of forks over deaths within a window so far; it decays by an eighth per window.</summary>
    Recent,

    /// <summary>Windows since the last fork.</summary>
    Idle,

    /// <summary>Deaths minus forks, or 0 if negative; it decays by an eighth per window.</summary>
    Surplus,

    /// <summary>Forks minus deaths, or 0 if negative; it decays by an eighth per window.</summary>
    Deficit,
}

/// <summary>
/// Demand for stacks on one CPU, updated at forks and deaths: nine numbers. Time is divided into windows of 2^shift ns, and windows are
/// numbered. The policy <c>learned</c> uses it in replays, and its training uses it over recordings, so both see the same.
/// </summary>
internal struct DemandState
{
    /// <summary>Values of a feature are distinguished by their highest bit: 0, 1, 2..3, 4..7, up to 64 and more.</summary>
    public const int Steps = 8;

    // Far beyond the last step; larger values would make no difference.
    private const int IdleMax = 1 << 20;
    private long _window;
    private int _forksNow;
    private int _deathsNow;
    private int _drawNow;
    private int _forksLast;
    private int _deathsLast;
    private int _recentSixteenths;
    private int _surplusSixteenths;
    private int _idle;

    /// <summary>The state of a CPU that nothing is known about.</summary>
    public static DemandState Fresh => new() { _idle = IdleMax };

    /// <summary>The step of a value, 0 to <see cref="Steps"/> - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StepOf(int value) => Math.Min(Steps - 1, 32 - BitOperations.LeadingZeroCount((uint)value));

    /// <summary>The value of a feature.</summary>
    public readonly int this[DemandFeature feature] => feature switch
    {
        DemandFeature.Forks => _forksNow + _forksLast,
        DemandFeature.Deaths => _deathsNow + _deathsLast,
        DemandFeature.Recent => Math.Max(_drawNow, (_recentSixteenths + 15) >> 4),
        DemandFeature.Idle => _forksNow > 0 ? 0 : _idle,
        DemandFeature.Surplus => (Math.Max(0, SurplusSixteenths) + 15) >> 4,
        _ => (Math.Max(0, -SurplusSixteenths) + 15) >> 4,
    };

    private readonly int SurplusSixteenths => _surplusSixteenths + ((_deathsNow - _forksNow) << 4);

    /// <summary>Closes the windows before the given one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveTo(long window)
    {
        if (window > _window)
            Close(window);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fork() => _drawNow = Math.Max(_drawNow, ++_forksNow - _deathsNow);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Death() => _deathsNow++;

    // An eighth less, and at least one less, towards 0.
    private static int Faded(int sixteenths) => sixteenths - (Math.Sign(sixteenths) * Math.Max(1, Math.Abs(sixteenths) >> 3));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Close(long window)
    {
        long passed = window - _window;
        _window = window;
        int surplus = SurplusSixteenths;
        int recent = Math.Max(_drawNow << 4, _recentSixteenths);
        for (long left = passed; left > 0 && (surplus != 0 || recent > 0); left--)
        {
            surplus = Faded(surplus);
            recent = Faded(recent);
        }

        (_surplusSixteenths, _recentSixteenths) = (surplus, recent);
        _idle = (int)Math.Min(IdleMax, (_forksNow > 0 ? 0 : _idle) + passed);
        (_forksLast, _deathsLast) = passed == 1 ? (_forksNow, _deathsNow) : (0, 0);
        (_forksNow, _deathsNow, _drawNow) = (0, 0, 0);
    }
}
