namespace ForkTrace.Events.Synthesis;

/// <summary>One task after the other: each is dead before the next is forked, and freed when the grace period of its death is
/// over.</summary>
internal sealed class SequenceSource(SyntheticLoad load, int firstTask, int forks, int forkCpu, int deathCpu) : RowSource
{
    private int _forked;
    private int _died;
    private int _freed;

    public override int Fill(Span<SyntheticRow> rows)
    {
        int count = 0;
        while (count < rows.Length && _freed < forks)
        {
            long nextNs = _died < _forked ? DeathNs(_died) : _forked < forks ? ForkNs(_forked) : long.MaxValue;
            if (_freed < _died && load.FreeNs(DeathNs(_freed)) is long freeNs && freeNs <= nextNs)
                rows[count++] = new SyntheticRow(freeNs, deathCpu, EventKind.Free, firstTask + _freed++);
            else if (_died < _forked)
                rows[count++] = new SyntheticRow(nextNs, deathCpu, EventKind.DeathSwitch, firstTask + _died++, Value: StateDead);
            else
                rows[count++] = new SyntheticRow(nextNs, forkCpu, EventKind.NewTask, firstTask + _forked++);
        }

        return count;
    }

    private long ForkNs(int index) => index * load.PeriodNs;
    private long DeathNs(int index) => ForkNs(index) + (load.PeriodNs / 2);
}

/// <summary>A burst of forks, the same number of deaths, and a pause in which all callbacks run.</summary>
internal sealed class BurstSource(SyntheticLoad load, int firstTask, int forks, int cpu) : RowSource
{
    private const long StepNs = 1000;

    private long _timeNs;
    private int _done;
    private int _step;

    public override int Fill(Span<SyntheticRow> rows)
    {
        int count = 0;
        while (count < rows.Length && _done < forks)
        {
            int size = Math.Min(load.Burst, forks - _done);
            int task = firstTask + _done + (_step % size);
            _timeNs += StepNs + (_step == 2 * size ? 2 * load.GracePeriodNs : 0);
            rows[count++] = (_step / size) switch
            {
                0 => new SyntheticRow(_timeNs, cpu, EventKind.NewTask, task),
                1 => new SyntheticRow(_timeNs, cpu, EventKind.DeathSwitch, task, Value: StateDead),
                _ => new SyntheticRow(_timeNs, cpu, EventKind.Free, task),
            };
            if (++_step < 3 * size)
                continue;
            _step = 0;
            _done += size;
        }

        return count;
    }
}

/// <summary>
/// Forks and deaths with equal probability. The oldest task dies first, so the living tasks are a range of ids, and so are those that died
/// in one grace period.
/// </summary>
internal sealed class WalkSource(SyntheticLoad load, int firstTask, int forks, int cpu) : RowSource
{
    /// <summary>Live tasks at the beginning of a walk: enough that it seldom runs out of them.</summary>
    public const int LiveAtStart = 2000;

    private readonly Random _random = new(unchecked((load.Seed * 31) + (cpu * 7919)));
    private readonly Queue<(long FreeNs, int Tasks)> _waiting = [];
    private readonly long _stepNs = Math.Max(1, load.PeriodNs / 2);
    private long _timeNs;
    private int _next = firstTask + LiveAtStart;
    private int _oldest = firstTask;
    private int _freed = firstTask;
    private int _forked;

    // The batch that is being filled, and the one that runs.
    private (long FreeNs, int Tasks) _open;
    private (long FreeNs, int Tasks) _due;

    public override int Fill(Span<SyntheticRow> rows)
    {
        int count = 0;
        while (count < rows.Length)
        {
            bool isWalking = _forked < forks;
            if (HasDue() && (!isWalking || _due.FreeNs <= _timeNs + _stepNs))
            {
                _due.Tasks--;
                rows[count++] = new SyntheticRow(_due.FreeNs, cpu, EventKind.Free, _freed++);
            }
            else if (isWalking)
            {
                rows[count++] = Walk();
            }
            else
            {
                break;
            }
        }

        return count;
    }

    private SyntheticRow Walk()
    {
        _timeNs += _stepNs;
        if (_random.Next(2) == 0 || _oldest == _next)
        {
            _forked++;
            return new SyntheticRow(_timeNs, cpu, EventKind.NewTask, _next++);
        }

        long freeNs = load.FreeNs(_timeNs);
        if (_open.Tasks > 0 && _open.FreeNs != freeNs)
        {
            _waiting.Enqueue(_open);
            _open.Tasks = 0;
        }

        _open = (freeNs, _open.Tasks + 1);
        return new SyntheticRow(_timeNs, cpu, EventKind.DeathSwitch, _oldest++, Value: StateDead);
    }

    // Nothing joins the open batch after its time has come, because later deaths have later frees.
    private bool HasDue()
    {
        if (_due.Tasks == 0 && !_waiting.TryDequeue(out _due))
            (_due, _open) = (_open, default);
        return _due.Tasks > 0;
    }
}
