using System.Numerics;

namespace ForkTrace.Replay.Policies;

/// <summary>What a kernel could know of a CPU's demand for stacks when a task dies there: counts of forks and deaths alone.</summary>
internal enum DemandFeature
{
    /// <summary>Forks in this window and the last.</summary>
    Forks,

    /// <summary>Deaths in this window and the last, this death included.</summary>
    Deaths,

    /// <summary>The most stacks that forks of one window were ahead of its deaths; it falls by an eighth per window.</summary>
    Recent,

    /// <summary>Windows since the last fork.</summary>
    Idle,

    /// <summary>Deaths less forks, 0 at least; what is left of old ones falls by an eighth per window.</summary>
    Surplus,

    /// <summary>Forks less deaths, the same way.</summary>
    Deficit,
}

/// <summary>
/// Demand for stacks on one CPU, kept at forks and deaths: nine numbers. Time is cut into windows of 2^shift ns, and a window is known by
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
    private int _forksLast;
    private int _deathsLast;
    private int _recentSixteenths;
    private int _surplusSixteenths;
    private int _idle;

    /// <summary>A CPU that nobody knows anything of.</summary>
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

    /// <summary>Closes the windows before this one.</summary>
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
